/* How two operands are walked along a result when extents of 1 repeat (NumPy's broadcasting). */
#ifndef EDGEAI_BROADCAST_H
#define EDGEAI_BROADCAST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_BROADCAST_AXES 8

/* Innermost axis first; strides in elements, 0 where an operand repeats; those of axis 0 are 0 or 1. */
typedef struct edgeai_broadcast {
    int32_t axes;
    int32_t extents[EDGEAI_BROADCAST_AXES];
    int32_t strides_a[EDGEAI_BROADCAST_AXES];
    int32_t strides_b[EDGEAI_BROADCAST_AXES];
} edgeai_broadcast;

/* The first elements of the run along axis 0; begins as all zero. */
typedef struct edgeai_broadcast_place {
    int32_t a;
    int32_t b;
    int32_t index[EDGEAI_BROADCAST_AXES];
} edgeai_broadcast_place;

/* Moves to the next run; 0 when there is none. */
static inline int edgeai_broadcast_next(const edgeai_broadcast *shape, edgeai_broadcast_place *place)
{
    for (int32_t axis = 1; axis < shape->axes; axis++) {
        place->a += shape->strides_a[axis];
        place->b += shape->strides_b[axis];
        place->index[axis]++;
        if (place->index[axis] < shape->extents[axis]) {
            return 1;
        }
        place->a -= shape->strides_a[axis] * shape->extents[axis];
        place->b -= shape->strides_b[axis] * shape->extents[axis];
        place->index[axis] = 0;
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
