/*
 * The parts of x [outer,extent,inner] along its middle axis that differ, in ascending order or in that of their first places. result holds their first
 * places [count], for each part which of them it is [extent], -1 where there was no place for it, and how often each is there [count]. Places behind the
 * last repeat the first, with a number of 0.
 */
#ifndef EDGEAI_UNIQUE_H
#define EDGEAI_UNIQUE_H

#include <stdint.h>

#include "edgeai_element.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_unique_params {
    int32_t outer;
    int32_t extent;
    int32_t inner;
    int32_t type;
    int32_t count;
    int32_t sorted;
} edgeai_unique_params;

void edgeai_unique(const edgeai_unique_params *p, const void *x, int64_t *result);

#ifdef __cplusplus
}
#endif

#endif
