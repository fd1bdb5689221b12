/* Products of two rows of int8 values with all channels, four channels at a time: the weights of VectorLayout (edgeai_vectors_s8.h)
 * are read once for both. */
#ifndef EDGEAI_VECTOR_TILE_S8_H
#define EDGEAI_VECTOR_TILE_S8_H

#include <stdint.h>

#include "edgeai_vectors_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

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
