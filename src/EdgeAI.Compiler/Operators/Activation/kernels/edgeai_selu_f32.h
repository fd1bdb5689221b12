/* result = beta * x above 0, beta * alpha * (e^x - 1) below. */
#ifndef EDGEAI_SELU_F32_H
#define EDGEAI_SELU_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_selu_f32_params;

void edgeai_selu_f32(const edgeai_selu_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
