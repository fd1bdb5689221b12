/* result = the error function of x. */
#ifndef EDGEAI_ERF_F32_H
#define EDGEAI_ERF_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_erf_f32_params;

void edgeai_erf_f32(const edgeai_erf_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
