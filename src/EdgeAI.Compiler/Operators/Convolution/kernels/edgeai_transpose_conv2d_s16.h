/* Transposed convolution of int16 images [N,H,W,C] with int8 weights [O,KH,KW,C/groups]; zero points are 0. */
#ifndef EDGEAI_TRANSPOSE_CONV2D_S16_H
#define EDGEAI_TRANSPOSE_CONV2D_S16_H

#include <stdint.h>

#include "edgeai_dot_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_transpose_conv2d_s16_params {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t input_channels;
    int32_t output_height;
    int32_t output_width;
    int32_t output_channels;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t groups;
    int32_t tap_step_height;
    int32_t tap_step_width;
    int32_t input_step_height;
    int32_t input_step_width;
    edgeai_result_s16 result;
} edgeai_transpose_conv2d_s16_params;

void edgeai_transpose_conv2d_s16(const edgeai_transpose_conv2d_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
