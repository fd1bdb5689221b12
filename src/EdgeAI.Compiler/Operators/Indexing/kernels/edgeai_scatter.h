/* result = x with the row of each index combined with the update's: 0 replaced, 1 added, 2 multiplied, 3 the larger, 4 the smaller. */
#ifndef EDGEAI_SCATTER_H
#define EDGEAI_SCATTER_H

#include <stdint.h>

#include "edgeai_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_scatter_params {
    int32_t rows;
    int32_t inner;
    int32_t count;
    int32_t bytes;
    int32_t type;
    int32_t index_type;
    int32_t reduction;
} edgeai_scatter_params;

void edgeai_scatter(const edgeai_scatter_params *p, const void *x, const void *indexes, const void *updates, void *result);

#ifdef __cplusplus
}
#endif

#endif
