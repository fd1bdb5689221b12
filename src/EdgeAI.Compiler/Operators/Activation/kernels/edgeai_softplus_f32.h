/* result = ln(1 + e^x). */
#ifndef EDGEAI_SOFTPLUS_F32_H
#define EDGEAI_SOFTPLUS_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_softplus_f32_params;

void edgeai_softplus_f32(const edgeai_softplus_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
