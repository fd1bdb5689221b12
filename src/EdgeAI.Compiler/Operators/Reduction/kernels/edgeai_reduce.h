/* How an operand is walked so that all elements of one result follow each other. */
#ifndef EDGEAI_REDUCE_H
#define EDGEAI_REDUCE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_REDUCE_AXES 8

/* Innermost axis first; strides in elements. */
typedef struct edgeai_reduce_axes {
    int32_t axes;
    int32_t extents[EDGEAI_REDUCE_AXES];
    int32_t strides[EDGEAI_REDUCE_AXES];
} edgeai_reduce_axes;

/* The axes that stay, walked outside, and those brought together, walked inside. */
typedef struct edgeai_reduce {
    edgeai_reduce_axes kept;
    edgeai_reduce_axes reduced;
} edgeai_reduce;

static inline int edgeai_reduce_is_empty(const edgeai_reduce_axes *axes)
{
    for (int32_t axis = 0; axis < axes->axes; axis++) {
        if (axes->extents[axis] == 0) {
            return 1;
        }
    }
    return 0;
}

/* Moves place to the next element over the axes from first on; 0 when there is none. */
static inline int edgeai_reduce_next(const edgeai_reduce_axes *axes, int32_t *index, int32_t *place, int32_t first)
{
    for (int32_t axis = first; axis < axes->axes; axis++) {
        *place += axes->strides[axis];
        index[axis]++;
        if (index[axis] < axes->extents[axis]) {
            return 1;
        }
        *place -= axes->strides[axis] * axes->extents[axis];
        index[axis] = 0;
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
