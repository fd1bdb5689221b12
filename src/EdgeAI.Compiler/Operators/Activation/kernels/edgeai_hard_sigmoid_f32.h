/* result = max(0, min(1, alpha * x + beta)). */
#ifndef EDGEAI_HARD_SIGMOID_F32_H
#define EDGEAI_HARD_SIGMOID_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_hard_sigmoid_f32_params;

void edgeai_hard_sigmoid_f32(const edgeai_hard_sigmoid_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
