#include "edgeai_matmul_s16.h"

#include "edgeai_requantize.h"

static int16_t *multiply(const edgeai_matmul_s16_params *p, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t column = 0; column < p->columns; column++) {
            const int16_t *left = a + row * p->row_stride_a;
            const int16_t *right = b + column * p->column_stride_b;
            int64_t sum = 0;
            for (int32_t k = 0; k < p->depth; k++) {
                sum += left[k * p->depth_stride_a] * right[k * p->depth_stride_b];
            }
            *y++ = (int16_t)edgeai_clamp(edgeai_requantize_wide(sum, p->multiplier, p->shift), INT16_MIN, INT16_MAX);
        }
    }
    return y;
}

void edgeai_matmul_s16(const edgeai_matmul_s16_params *p, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int32_t i = 0; i < p->batch_extent_0; i++) {
        for (int32_t j = 0; j < p->batch_extent_1; j++) {
            for (int32_t k = 0; k < p->batch_extent_2; k++) {
                const int16_t *a_matrix =
                    a + i * p->batch_stride_a_0 + j * p->batch_stride_a_1 + k * p->batch_stride_a_2;
                const int16_t *b_matrix =
                    b + i * p->batch_stride_b_0 + j * p->batch_stride_b_1 + k * p->batch_stride_b_2;
                y = multiply(p, a_matrix, b_matrix, y);
            }
        }
    }
}
