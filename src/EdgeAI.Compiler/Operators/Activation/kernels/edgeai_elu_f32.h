/* result = x above 0, alpha * (e^x - 1) below. */
#ifndef EDGEAI_ELU_F32_H
#define EDGEAI_ELU_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_elu_f32_params;

void edgeai_elu_f32(const edgeai_elu_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
