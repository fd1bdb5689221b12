/* result = x above 0, alpha * x below. */
#ifndef EDGEAI_LEAKY_RELU_F32_H
#define EDGEAI_LEAKY_RELU_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_leaky_relu_f32_params;

void edgeai_leaky_relu_f32(const edgeai_leaky_relu_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
