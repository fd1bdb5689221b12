/* A walk over an operand whose axes lie apart by given strides: runs along the innermost axis, in the order of the result. */
#ifndef EDGEAI_AXES_H
#define EDGEAI_AXES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most axes that are walked. */
#define EDGEAI_MOST_AXES 8

/* Moves place from a run to the next; index, all zeros in front of the first, holds the outer axes' places. Tells whether there is a next. Extents and
 * strides begin with the innermost axis. */
static inline int edgeai_next_run(int32_t axes, const int32_t *extents, const int32_t *strides, int32_t *index, int32_t *place)
{
    for (int32_t axis = 1; axis < axes; axis++) {
        *place += strides[axis];
        index[axis]++;
        if (index[axis] < extents[axis]) {
            return 1;
        }
        *place -= strides[axis] * extents[axis];
        index[axis] = 0;
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
