/* result = the inverse cosine; NaN outside -1 to 1. */
#ifndef EDGEAI_ARCCOSINE_F32_H
#define EDGEAI_ARCCOSINE_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_arccosine_f32_params;

void edgeai_arccosine_f32(const edgeai_arccosine_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
