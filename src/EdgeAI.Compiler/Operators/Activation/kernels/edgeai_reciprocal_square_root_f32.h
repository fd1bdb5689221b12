/* result = 1 / sqrt(x). */
#ifndef EDGEAI_RECIPROCAL_SQUARE_ROOT_F32_H
#define EDGEAI_RECIPROCAL_SQUARE_ROOT_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_reciprocal_square_root_f32_params;

void edgeai_reciprocal_square_root_f32(const edgeai_reciprocal_square_root_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
