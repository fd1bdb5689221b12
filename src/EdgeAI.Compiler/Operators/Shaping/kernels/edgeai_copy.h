/* Fills a result in order from an operand whose axes lie apart by given strides: transposition, slices, repetition. */
#ifndef EDGEAI_COPY_H
#define EDGEAI_COPY_H

#include <stdint.h>

#include "edgeai_axes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Innermost axis first; start and strides in elements of 1, 2, 4 or 8 bytes, which lie aligned. */
typedef struct edgeai_copy_params {
    int32_t axes;
    int32_t extents[EDGEAI_MOST_AXES];
    int32_t strides[EDGEAI_MOST_AXES];
    int32_t start;
    int32_t element_size;
} edgeai_copy_params;

void edgeai_copy(const edgeai_copy_params *p, const void *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
