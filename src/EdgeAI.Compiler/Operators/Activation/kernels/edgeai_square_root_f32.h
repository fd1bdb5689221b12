/* result = the square root of x. */
#ifndef EDGEAI_SQUARE_ROOT_F32_H
#define EDGEAI_SQUARE_ROOT_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_square_root_f32_params;

void edgeai_square_root_f32(const edgeai_square_root_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
