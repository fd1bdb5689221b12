/* result = the sum along the reduced axes, divided by divisor. */
#ifndef EDGEAI_REDUCE_SUM_F32_H
#define EDGEAI_REDUCE_SUM_F32_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_sum_f32_params {
    edgeai_reduce shape;
    float divisor;
} edgeai_reduce_sum_f32_params;

void edgeai_reduce_sum_f32(const edgeai_reduce_sum_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
