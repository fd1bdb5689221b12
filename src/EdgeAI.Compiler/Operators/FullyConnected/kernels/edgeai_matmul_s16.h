/* Products of int16 matrices with zero points of 0, a [rows, depth] and b [depth, columns], addressed by strides, over three broadcast batch axes; sums have 64 bits. */
#ifndef EDGEAI_MATMUL_S16_H
#define EDGEAI_MATMUL_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_matmul_s16_params {
    int32_t batch_extent_0;
    int32_t batch_stride_a_0;
    int32_t batch_stride_b_0;
    int32_t batch_extent_1;
    int32_t batch_stride_a_1;
    int32_t batch_stride_b_1;
    int32_t batch_extent_2;
    int32_t batch_stride_a_2;
    int32_t batch_stride_b_2;
    int32_t rows;
    int32_t columns;
    int32_t depth;
    int32_t row_stride_a;
    int32_t depth_stride_a;
    int32_t column_stride_b;
    int32_t depth_stride_b;
    int32_t multiplier;
    int32_t shift;
} edgeai_matmul_s16_params;

void edgeai_matmul_s16(const edgeai_matmul_s16_params *p, const int16_t *a, const int16_t *b, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
