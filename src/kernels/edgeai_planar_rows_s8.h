/* Rows of a 3 x 3 depthwise convolution without strides, four channels at a time, from operands spread to planes of 16-bit lanes.
 *
 * lanes: a word holds two neighbouring columns of one channel; for each such pair of columns there are EDGEAI_PLANAR_ROWS words (rows) of the
 * first channel, then of the second, third and fourth.
 * channel, ten words for each: the kernel's rows, each the taps (0, 1) and (1, 2) as lanes; the bias; factor, addend and shift as in
 * edgeai_packed_pairs.h. Taps and bias are scaled by what that shifts sums to the left: by 2^shift where results are rectified, else by 2. */
#ifndef EDGEAI_PLANAR_ROWS_S8_H
#define EDGEAI_PLANAR_ROWS_S8_H

#include <stdint.h>

#include "edgeai_packed_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_PLANAR_ROWS 8
#define EDGEAI_PLANAR_CHANNEL_WORDS 10

/* One row of the result. The order of members is that of the assembly. */
typedef struct edgeai_planar_row_s8 {
    const uint32_t *lanes; /* the first of three rows */
    int8_t *y;
    int32_t step; /* bytes from one pixel of y to the next */
    uint32_t pairs; /* of pixels, at least one */
    uint32_t odd; /* whether one is left */
    const int32_t *channel;
} edgeai_planar_row_s8;

void edgeai_planar_row_rectified_s8(const edgeai_planar_row_s8 *row);
void edgeai_planar_row_linear_s8(const edgeai_planar_row_s8 *row);

#ifdef __cplusplus
}
#endif

#endif
