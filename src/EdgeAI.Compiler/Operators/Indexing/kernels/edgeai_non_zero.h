/* result[axis][i] = the place of the i-th element that is not 0, in row-major order; -1 where there is none. */
#ifndef EDGEAI_NON_ZERO_H
#define EDGEAI_NON_ZERO_H

#include <stdint.h>

#include "edgeai_element.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_non_zero_params {
    int32_t axes;
    int32_t extents[8];
    int32_t size;
    int32_t count;
    int32_t type;
} edgeai_non_zero_params;

void edgeai_non_zero(const edgeai_non_zero_params *p, const void *x, int64_t *result);

#ifdef __cplusplus
}
#endif

#endif
