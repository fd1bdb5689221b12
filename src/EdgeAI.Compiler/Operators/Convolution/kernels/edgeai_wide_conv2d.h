/* Convolution of int8 or int16 images [N,H,W,C] with int8 weights [O,KH,KW,C/groups] that may have a zero point. */
#ifndef EDGEAI_WIDE_CONV2D_H
#define EDGEAI_WIDE_CONV2D_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_wide_conv2d_params {
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
    int32_t is_transposed;
    int32_t is_16_bit; /* x and y are int16_t, else int8_t */
    int32_t rounding; /* 0: sums of 32 bits, rounded twice; 1: 64 bits, once; 2: 32 bits, once */
    int32_t input_zero_point;
    int32_t weight_zero_point;
    int32_t output_zero_point;
    int32_t minimum;
    int32_t maximum;
    int32_t channel_step; /* 1: multipliers and shifts of each channel; 0: one pair */
    const int64_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
} edgeai_wide_conv2d_params;

void edgeai_wide_conv2d(const edgeai_wide_conv2d_params *p, const void *x, const int8_t *weights, void *y);

#ifdef __cplusplus
}
#endif

#endif
