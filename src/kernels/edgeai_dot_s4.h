/* Sums of products of int8 values with weights of 4 bits in wrapping 32-bit accumulators, four result channels at a time. A weight is stored
 * 8 larger than it is, two a byte, the first in the lower half; what that makes too much is taken off by the sum of x. */
#ifndef EDGEAI_DOT_S4_H
#define EDGEAI_DOT_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The rows of the count (1 to 4) channels that are left, stride bytes apart; missing ones repeat the first. */
typedef struct edgeai_rows_s4 {
    const uint8_t *row[4];
} edgeai_rows_s4;

static inline edgeai_rows_s4 edgeai_rows_of_s4(const uint8_t *weights, int32_t stride, int32_t count)
{
    edgeai_rows_s4 rows;
    rows.row[0] = weights;
    rows.row[1] = count > 1 ? weights + stride : weights;
    rows.row[2] = count > 2 ? weights + 2 * stride : weights;
    rows.row[3] = count > 3 ? weights + 3 * stride : weights;
    return rows;
}

/* sums[i] += sum of x[k * step] * weight at + k of row i */
void edgeai_dot4_s4(uint32_t *sums, const int8_t *x, int32_t step, const edgeai_rows_s4 *rows, int32_t at, int32_t count);

#ifdef __cplusplus
}
#endif

#endif
