/* result = the inverse sine; NaN outside -1 to 1. */
#ifndef EDGEAI_ARCSINE_F32_H
#define EDGEAI_ARCSINE_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_arcsine_f32_params;

void edgeai_arcsine_f32(const edgeai_arcsine_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
