/* result = (the sum along the reduced axes - offset) rescaled, as SUM and MEAN of TensorFlow Lite; the sum wraps at 32 bits. */
#ifndef EDGEAI_REDUCE_SUM_S8_H
#define EDGEAI_REDUCE_SUM_S8_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_sum_s8_params {
    edgeai_reduce shape;
    int32_t offset;
    int32_t zero_point;
    int32_t multiplier;
    int32_t shift;
} edgeai_reduce_sum_s8_params;

void edgeai_reduce_sum_s8(const edgeai_reduce_sum_s8_params *p, const int8_t *x, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
