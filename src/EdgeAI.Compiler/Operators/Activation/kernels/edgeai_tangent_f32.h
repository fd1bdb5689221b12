/* result = the tangent. */
#ifndef EDGEAI_TANGENT_F32_H
#define EDGEAI_TANGENT_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_tangent_f32_params;

void edgeai_tangent_f32(const edgeai_tangent_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
