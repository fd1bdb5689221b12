/* result = rows of x that indexes name; a negative index counts from the end, one outside means the nearest row. */
#ifndef EDGEAI_GATHER_H
#define EDGEAI_GATHER_H

#include <stdint.h>

#include "edgeai_element.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_gather_params {
    int32_t outer;
    int32_t extent;
    int32_t count;
    int32_t row_bytes;
    int32_t index_type;
} edgeai_gather_params;

void edgeai_gather(const edgeai_gather_params *p, const void *x, const void *indexes, void *result);

/* An index counted from the front, inside the extent. */
static inline int32_t edgeai_gather_index(const void *indexes, int32_t type, int32_t i, int32_t extent)
{
    int64_t index = edgeai_element_integer(indexes, type, i);
    index = index < 0 ? index + extent : index;
    return (int32_t)(index < 0 ? 0 : index >= extent ? extent - 1 : index);
}

#ifdef __cplusplus
}
#endif

#endif
