/* result = x + beta below -alpha, x - beta above alpha, else 0. */
#ifndef EDGEAI_SHRINK_F32_H
#define EDGEAI_SHRINK_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_shrink_f32_params;

void edgeai_shrink_f32(const edgeai_shrink_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
