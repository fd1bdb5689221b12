/* Sums of products of floats, each in one accumulator in ascending order, four result channels at a time so that each
 * value of x is read once for four products. Rows of weights lie stride elements apart. */
#ifndef EDGEAI_DOT_F32_H
#define EDGEAI_DOT_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The rows of the count (1 to 4) channels that are left; missing ones repeat the first. */
typedef struct edgeai_rows_f32 {
    const float *row[4];
} edgeai_rows_f32;

static inline edgeai_rows_f32 edgeai_rows_of_f32(const float *weights, int32_t stride, int32_t count)
{
    edgeai_rows_f32 rows;
    rows.row[0] = weights;
    rows.row[1] = count > 1 ? weights + stride : weights;
    rows.row[2] = count > 2 ? weights + 2 * stride : weights;
    rows.row[3] = count > 3 ? weights + 3 * stride : weights;
    return rows;
}

/* sums[i] += sum of x[k] * row[i][at + k] */
static inline void edgeai_dot4_f32(float *sums, const float *x, const edgeai_rows_f32 *rows, int32_t at, int32_t count)
{
    const float *w0 = rows->row[0] + at;
    const float *w1 = rows->row[1] + at;
    const float *w2 = rows->row[2] + at;
    const float *w3 = rows->row[3] + at;
    float s0 = sums[0];
    float s1 = sums[1];
    float s2 = sums[2];
    float s3 = sums[3];
    for (int32_t k = 0; k < count; k++) {
        const float v = x[k];
        s0 += v * w0[k];
        s1 += v * w1[k];
        s2 += v * w2[k];
        s3 += v * w3[k];
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#ifdef __cplusplus
}
#endif

#endif
