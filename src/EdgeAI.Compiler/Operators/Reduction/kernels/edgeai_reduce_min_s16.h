/* result = the smallest element along the reduced axes; both on one scale. */
#ifndef EDGEAI_REDUCE_MIN_S16_H
#define EDGEAI_REDUCE_MIN_S16_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_min_s16_params {
    edgeai_reduce shape;
} edgeai_reduce_min_s16_params;

void edgeai_reduce_min_s16(const edgeai_reduce_min_s16_params *p, const int16_t *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
