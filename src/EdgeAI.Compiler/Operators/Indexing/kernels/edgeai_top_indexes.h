/* result = the indexes of the count largest or smallest elements along an axis in order; of equal ones the first comes first. */
#ifndef EDGEAI_TOP_INDEXES_H
#define EDGEAI_TOP_INDEXES_H

#include <stdint.h>

#include "edgeai_order.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_top_indexes_params {
    int32_t outer;
    int32_t extent;
    int32_t inner;
    int32_t count;
    int32_t type;
    int32_t largest;
} edgeai_top_indexes_params;

void edgeai_top_indexes(const edgeai_top_indexes_params *p, const void *x, int64_t *result);

#ifdef __cplusplus
}
#endif

#endif
