/* result = the smallest whole number not below x. */
#ifndef EDGEAI_CEILING_F32_H
#define EDGEAI_CEILING_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_ceiling_f32_params;

void edgeai_ceiling_f32(const edgeai_ceiling_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
