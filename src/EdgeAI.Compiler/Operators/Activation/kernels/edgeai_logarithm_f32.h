/* result = the natural logarithm of x. */
#ifndef EDGEAI_LOGARITHM_F32_H
#define EDGEAI_LOGARITHM_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_logarithm_f32_params;

void edgeai_logarithm_f32(const edgeai_logarithm_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
