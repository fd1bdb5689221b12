/* Packed pairs of channels (edgeai_packed_pairs.h) whose weights have 4 bits, in half the words: the two words of four depth indices of a pair share
 * one. A lane of 16 bits holds 256 * (wB + 8) + (wA + 8); the lanes of the first word stand in the lower halves of the bytes, those of the second
 * in the upper halves. What the eights make too much is taken off the sums of a row as its offset, -8 times the sum of its values of x. */
#ifndef EDGEAI_PACKED_S4_H
#define EDGEAI_PACKED_S4_H

#include "edgeai_packed_pairs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_packed_tile_s4 {
    edgeai_packed_tile_s8 tile;
    uint32_t offsets[3];
} edgeai_packed_tile_s4;

void edgeai_packed_tile_rectified_s4(const edgeai_packed_tile_s4 *nibbles);
void edgeai_packed_tile_linear_s4(const edgeai_packed_tile_s4 *nibbles);

typedef struct edgeai_packed_row_s4 {
    const int8_t *x; /* word-aligned */
    int8_t *y;
    const int32_t *channels;
    const int32_t *channels_end;
    const uint32_t *weights;
    uint32_t steps; /* depth / 4 + 1 */
    uint32_t offset;
} edgeai_packed_row_s4;

void edgeai_packed_row_rectified_s4(const edgeai_packed_row_s4 *row);
void edgeai_packed_row_linear_s4(const edgeai_packed_row_s4 *row);

/* The offsets of the three rows of a tile; steps is depth / 4. */
void edgeai_packed_offsets_s4(const uint32_t *x, int32_t steps, uint32_t *offsets);

/* The offset of a row of int8 values. */
uint32_t edgeai_packed_offset_s4(const int8_t *x, int32_t depth);

#ifdef __cplusplus
}
#endif

#endif
