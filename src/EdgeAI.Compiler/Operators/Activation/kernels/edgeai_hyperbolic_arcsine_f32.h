/* result = the inverse hyperbolic sine. */
#ifndef EDGEAI_HYPERBOLIC_ARCSINE_F32_H
#define EDGEAI_HYPERBOLIC_ARCSINE_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_hyperbolic_arcsine_f32_params;

void edgeai_hyperbolic_arcsine_f32(const edgeai_hyperbolic_arcsine_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
