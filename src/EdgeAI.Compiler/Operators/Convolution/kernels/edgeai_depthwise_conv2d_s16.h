/* Convolution of each channel of int16 images [N,H,W,C] with int8 weights [KH,KW,C*multiplier]; zero points are 0. */
#ifndef EDGEAI_DEPTHWISE_CONV2D_S16_H
#define EDGEAI_DEPTHWISE_CONV2D_S16_H

#include <stdint.h>

#include "edgeai_dot_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_depthwise_conv2d_s16_params {
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
    int32_t depth_multiplier;
    edgeai_result_s16 result;
} edgeai_depthwise_conv2d_s16_params;

void edgeai_depthwise_conv2d_s16(const edgeai_depthwise_conv2d_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
