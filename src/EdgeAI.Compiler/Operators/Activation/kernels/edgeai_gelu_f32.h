/* result = x / 2 * (1 + erf(x / sqrt(2))). */
#ifndef EDGEAI_GELU_F32_H
#define EDGEAI_GELU_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_gelu_f32_params;

void edgeai_gelu_f32(const edgeai_gelu_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
