/* Depthwise convolution of int8 images [N,H,W,C], C a multiple of 4, with kernels of 3 x 3 taps, without strides and dilation
 * (edgeai_planar_rows_s8.h). Four channels of a whole image are made after another, from copies of its rows: y may be x where their shapes are
 * the same, and may not touch it otherwise. */
#ifndef EDGEAI_DEPTHWISE_CONV2D_PLANAR_S8_H
#define EDGEAI_DEPTHWISE_CONV2D_PLANAR_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_depthwise_conv2d_planar_s8_params {
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
    int32_t input_zero_point;
    int32_t linear;
    int32_t limited; /* 1: minimum and maximum are narrower than the type's range and not met by the channels' own arithmetic */
    int32_t minimum;
    int32_t maximum;
    const int32_t *channels;
} edgeai_depthwise_conv2d_planar_s8_params;

/* scratch: 128 * ((output_width + 1) / 2 + 1) bytes. */
void edgeai_depthwise_conv2d_planar_s8(
    const edgeai_depthwise_conv2d_planar_s8_params *p, const int8_t *x, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
