/* Transposed convolution of float images [N,H,W,C] with weights [O,KH,KW,C/groups]; bias may be NULL. */
#ifndef EDGEAI_TRANSPOSE_CONV2D_F32_H
#define EDGEAI_TRANSPOSE_CONV2D_F32_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_transpose_conv2d_f32_params {
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
    float minimum;
    float maximum;
} edgeai_transpose_conv2d_f32_params;

void edgeai_transpose_conv2d_f32(
    const edgeai_transpose_conv2d_f32_params *p, const float *x, const float *weights, const float *bias, float *y);

#ifdef __cplusplus
}
#endif

#endif
