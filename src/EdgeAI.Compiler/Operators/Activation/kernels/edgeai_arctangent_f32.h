/* result = the inverse tangent. */
#ifndef EDGEAI_ARCTANGENT_F32_H
#define EDGEAI_ARCTANGENT_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_arctangent_f32_params;

void edgeai_arctangent_f32(const edgeai_arctangent_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
