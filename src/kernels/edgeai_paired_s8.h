/* Products over pairs of pixels on processors with 32-bit products alone: a word holds the value of the second pixel times 65536 plus that of the
 * first, so that one product with a weight serves both. The products of two depth indices fit in 16 bits, for no weight is below -127;
 * then the word is added to a sum of words, and its upper half, less what the sign of the lower one took from it, to the sum of the second pixel. */
#ifndef EDGEAI_PAIRED_S8_H
#define EDGEAI_PAIRED_S8_H

#include <stdint.h>

#include "edgeai_channel_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_PAIRED_DEPTH_STEP 8

/* Pairs of pixels times two channels A and B. The order of members is that of the assembly. */
typedef struct edgeai_paired_tile_s8 {
    const uint32_t *x;       /* words of the first pair, those of the next ones behind it */
    const uint32_t *weights; /* for every two depth indices: A, A, B, B */
    const int32_t *channels; /* of A and B */
    uint32_t depth_bytes;    /* 4 * depth, a multiple of 32 */
    int8_t *y[2];            /* results of A for the pixels of the first pair; the same place where there is no second one */
    uint32_t step;           /* bytes from pair to pair */
    uint32_t other;          /* bytes from A to B; 0 where there is no B */
    uint32_t pairs;          /* at least 1 */
} edgeai_paired_tile_s8;

void edgeai_paired_multiply_linear_s8(const edgeai_paired_tile_s8 *tile);
void edgeai_paired_multiply_rectified_s8(const edgeai_paired_tile_s8 *tile);

/* Puts count weights, a multiple of 4, into words. */
void edgeai_paired_widen_s8(const uint32_t *weights, uint32_t count, uint32_t *to);

#ifdef __cplusplus
}
#endif

#endif
