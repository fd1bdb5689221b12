#include "edgeai_matmul_f32.h"

static float *multiply(const edgeai_matmul_f32_params *p, const float *a, const float *b, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t column = 0; column < p->columns; column++) {
            const float *left = a + row * p->row_stride_a;
            const float *right = b + column * p->column_stride_b;
            float sum = 0.0f;
            for (int32_t k = 0; k < p->depth; k++) {
                sum += left[k * p->depth_stride_a] * right[k * p->depth_stride_b];
            }
            *y++ = sum;
        }
    }
    return y;
}

void edgeai_matmul_f32(const edgeai_matmul_f32_params *p, const float *a, const float *b, float *y)
{
    for (int32_t i = 0; i < p->batch_extent_0; i++) {
        for (int32_t j = 0; j < p->batch_extent_1; j++) {
            for (int32_t k = 0; k < p->batch_extent_2; k++) {
                const float *a_matrix =
                    a + i * p->batch_stride_a_0 + j * p->batch_stride_a_1 + k * p->batch_stride_a_2;
                const float *b_matrix =
                    b + i * p->batch_stride_b_0 + j * p->batch_stride_b_1 + k * p->batch_stride_b_2;
                y = multiply(p, a_matrix, b_matrix, y);
            }
        }
    }
}
