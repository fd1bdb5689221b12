/* result = |x|. */
#ifndef EDGEAI_ABSOLUTE_F32_H
#define EDGEAI_ABSOLUTE_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_absolute_f32_params;

void edgeai_absolute_f32(const edgeai_absolute_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
