/* Products of two rows of int8 values with all channels, four channels at a time: the weights of VectorLayout (edgeai_vectors_s8.h)
 * are read once for both. */
#ifndef EDGEAI_VECTOR_TILE_S8_H
#define EDGEAI_VECTOR_TILE_S8_H

#include <stdint.h>

#include "edgeai_vectors_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The order of members is that of the assembly. Places of y move on; the rest stays. */
typedef struct edgeai_vector_tile_s8 {
    const int8_t *x[2];
    int8_t *y[2];
    const int8_t *weights;
    const int32_t *channels;
    int32_t count; /* channels that are left; at least one */
    uint32_t blocks; /* whole blocks of sixteen depth indices */
    uint32_t tail; /* bytes of the last one, each bit one; 0: there is none */
    edgeai_vector_limits_s8 limits;
} edgeai_vector_tile_s8;

/* The predicate of depth % 16 bytes. */
static inline uint32_t edgeai_vector_tail_s8(int32_t depth)
{
    return (1u << (depth % 16)) - 1u;
}

void edgeai_vector_tile_rectified_s8(edgeai_vector_tile_s8 *tile);
void edgeai_vector_tile_linear_s8(edgeai_vector_tile_s8 *tile);

/* A result whose zero point is its lower limit, and no channel's shift is positive: values below it all end there. */
static inline void edgeai_vector_tile_multiply_s8(edgeai_vector_tile_s8 *tile)
{
    if (tile->limits.minimum == tile->limits.zero_point && !tile->limits.shifts_left) {
        edgeai_vector_tile_rectified_s8(tile);
    } else {
        edgeai_vector_tile_linear_s8(tile);
    }
}

#ifdef __cplusplus
}
#endif

#endif
