/* result = the smallest element along the reduced axes; NaN if there is one. */
#ifndef EDGEAI_REDUCE_MIN_F32_H
#define EDGEAI_REDUCE_MIN_F32_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_min_f32_params {
    edgeai_reduce shape;
} edgeai_reduce_min_f32_params;

void edgeai_reduce_min_f32(const edgeai_reduce_min_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
