/* result = the largest whole number not above x. */
#ifndef EDGEAI_FLOOR_F32_H
#define EDGEAI_FLOOR_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_floor_f32_params;

void edgeai_floor_f32(const edgeai_floor_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
