/* result = (the sum along the reduced axes - offset) rescaled, as SUM and MEAN of TensorFlow Lite; sums fit 32 bits. */
#ifndef EDGEAI_REDUCE_SUM_S16_H
#define EDGEAI_REDUCE_SUM_S16_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_sum_s16_params {
    edgeai_reduce shape;
    int32_t offset;
    int32_t zero_point;
    int32_t multiplier;
    int32_t shift;
} edgeai_reduce_sum_s16_params;

void edgeai_reduce_sum_s16(const edgeai_reduce_sum_s16_params *p, const int16_t *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
