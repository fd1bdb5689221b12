/* result = the sum of the elements of x up to each along an axis; exclusive without itself, reverse from the end. */
#ifndef EDGEAI_CUMULATIVE_SUM_H
#define EDGEAI_CUMULATIVE_SUM_H

#include <stdint.h>

#include "edgeai_element.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_cumulative_sum_params {
    int32_t outer;
    int32_t extent;
    int32_t inner;
    int32_t type;
    int32_t exclusive;
    int32_t reverse;
} edgeai_cumulative_sum_params;

void edgeai_cumulative_sum(const edgeai_cumulative_sum_params *p, const void *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
