/* Sums of products of int8 values in wrapping 32-bit accumulators, four result channels at a time so that each
 * value of x is read once for four products. Rows of weights lie stride elements apart. */
#ifndef EDGEAI_DOT_S8_H
#define EDGEAI_DOT_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The rows of the count (1 to 4) channels that are left; missing ones repeat the first. */
typedef struct edgeai_rows_s8 {
    const int8_t *row[4];
} edgeai_rows_s8;

static inline edgeai_rows_s8 edgeai_rows_of_s8(const int8_t *weights, int32_t stride, int32_t count)
{
    edgeai_rows_s8 rows;
    rows.row[0] = weights;
    rows.row[1] = count > 1 ? weights + stride : weights;
    rows.row[2] = count > 2 ? weights + 2 * stride : weights;
    rows.row[3] = count > 3 ? weights + 3 * stride : weights;
    return rows;
}

/* sums[i] += sum of (x[k] + offset) * row[i][at + k] */
static inline void edgeai_dot4_s8(
    uint32_t *sums, const int8_t *x, int32_t offset, const edgeai_rows_s8 *rows, int32_t at, int32_t count)
{
    const int8_t *w0 = rows->row[0] + at;
    const int8_t *w1 = rows->row[1] + at;
    const int8_t *w2 = rows->row[2] + at;
    const int8_t *w3 = rows->row[3] + at;
    uint32_t s0 = sums[0];
    uint32_t s1 = sums[1];
    uint32_t s2 = sums[2];
    uint32_t s3 = sums[3];
#if !defined(__thumb__) || defined(__thumb2__)
    /* Eight registers are too few for this. */
#define EDGEAI_DOT_STEP(k) \
    { \
        const int32_t v = x[k] + offset; \
        s0 += (uint32_t)(v * w0[k]); \
        s1 += (uint32_t)(v * w1[k]); \
        s2 += (uint32_t)(v * w2[k]); \
        s3 += (uint32_t)(v * w3[k]); \
    }
    while (count >= 4) {
        EDGEAI_DOT_STEP(0)
        EDGEAI_DOT_STEP(1)
        EDGEAI_DOT_STEP(2)
        EDGEAI_DOT_STEP(3)
        x += 4;
        w0 += 4;
        w1 += 4;
        w2 += 4;
        w3 += 4;
        count -= 4;
    }
#undef EDGEAI_DOT_STEP
#endif
    for (int32_t k = 0; k < count; k++) {
        const int32_t v = x[k] + offset;
        s0 += (uint32_t)(v * w0[k]);
        s1 += (uint32_t)(v * w1[k]);
        s2 += (uint32_t)(v * w2[k]);
        s3 += (uint32_t)(v * w3[k]);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/* The same for count values of x that are all value. */
static inline void edgeai_dot4_same_s8(
    uint32_t *sums, int32_t value, const edgeai_rows_s8 *rows, int32_t at, int32_t count)
{
    for (int32_t i = 0; i < 4; i++) {
        const int8_t *w = rows->row[i] + at;
        uint32_t sum = sums[i];
        for (int32_t k = 0; k < count; k++) {
            sum += (uint32_t)(value * w[k]);
        }
        sums[i] = sum;
    }
}

#ifdef __cplusplus
}
#endif

#endif
