/* Depthwise convolution of int8 images [N,H,W,C], each channel by itself, sixteen channels at a time (edgeai_vector_taps_s8.h). Where
 * there are 1, 2, 4 or 8, weights and channels repeat up to sixteen, and neighbouring pixels are made together. Pixels of the result are made
 * in raster order, each with all its channels in order; no value is kept from one pixel for the next. */
#ifndef EDGEAI_DEPTHWISE_CONV2D_VECTORS_S8_H
#define EDGEAI_DEPTHWISE_CONV2D_VECTORS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_depthwise_conv2d_vectors_s8_params {
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
    int32_t output_zero_point;
    int32_t minimum;
    int32_t maximum;
    int32_t shifts_left; /* whether a channel's shift is positive */
    const int32_t *channels;
} edgeai_depthwise_conv2d_vectors_s8_params;

/* scratch: 16 * kernel_height * kernel_width + input_channels bytes. */
void edgeai_depthwise_conv2d_vectors_s8(
    const edgeai_depthwise_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
