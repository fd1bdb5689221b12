/* result = x * min(6, max(0, x + 3)) / 6. */
#ifndef EDGEAI_HARD_SWISH_F32_H
#define EDGEAI_HARD_SWISH_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_hard_swish_f32_params;

void edgeai_hard_swish_f32(const edgeai_hard_swish_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
