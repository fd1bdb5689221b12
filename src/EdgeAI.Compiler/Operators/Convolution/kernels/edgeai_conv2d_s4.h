/* Convolution of int8 images [N,H,W,C] with weights [O,KH,KW,C/groups] of 4 bits (edgeai_dot_s4.h); those of a channel begin with a byte of their own.
 * bias[o] holds the true bias minus the zero point of x times the sum of the channel's weights. */
#ifndef EDGEAI_CONV2D_S4_H
#define EDGEAI_CONV2D_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_conv2d_s4_params {
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
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t minimum;
    int32_t maximum;
    int32_t channel_step; /* 1: multipliers and shifts of each channel; 0: one pair */
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
} edgeai_conv2d_s4_params;

void edgeai_conv2d_s4(const edgeai_conv2d_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y);

#ifdef __cplusplus
}
#endif

#endif
