#include "edgeai_matmul_s8.h"

#include "edgeai_requantize.h"

static int8_t *multiply(const edgeai_matmul_s8_params *p, const int8_t *a, const int8_t *b, int8_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t column = 0; column < p->columns; column++) {
            const int8_t *left = a + row * p->row_stride_a;
            const int8_t *right = b + column * p->column_stride_b;
            uint32_t sum = 0;
            for (int32_t k = 0; k < p->depth; k++) {
                sum += (uint32_t)((left[k * p->depth_stride_a] - p->zero_point_a)
                    * (right[k * p->depth_stride_b] - p->zero_point_b));
            }
            const int32_t scaled = edgeai_requantize((int32_t)sum, p->multiplier, p->shift);
            *y++ = (int8_t)edgeai_clamp(edgeai_add(scaled, p->output_zero_point), INT8_MIN, INT8_MAX);
        }
    }
    return y;
}

void edgeai_matmul_s8(const edgeai_matmul_s8_params *p, const int8_t *a, const int8_t *b, int8_t *y)
{
    for (int32_t i = 0; i < p->batch_extent_0; i++) {
        for (int32_t j = 0; j < p->batch_extent_1; j++) {
            for (int32_t k = 0; k < p->batch_extent_2; k++) {
                const int8_t *a_matrix =
                    a + i * p->batch_stride_a_0 + j * p->batch_stride_a_1 + k * p->batch_stride_a_2;
                const int8_t *b_matrix =
                    b + i * p->batch_stride_b_0 + j * p->batch_stride_b_1 + k * p->batch_stride_b_2;
                y = multiply(p, a_matrix, b_matrix, y);
            }
        }
    }
}
