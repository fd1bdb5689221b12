/* Convolution of int8 images [N,H,W,C] with int8 weights laid out for vectors: for each four result channels and each sixteen depth
 * indices ([KH,KW,C], padded with zeros to a multiple of 16) the sixteen bytes of the first channel, then of the second, third and fourth.
 * channels holds for each four channels their biases, factors and shifts. Two pixels of the result are made at a time, in raster order, each
 * with all its channels; all that they read is gathered before the first is written unless they are pixels of x. */
#ifndef EDGEAI_CONV2D_VECTORS_S8_H
#define EDGEAI_CONV2D_VECTORS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_conv2d_vectors_s8_params {
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
} edgeai_conv2d_vectors_s8_params;

/* scratch: twice kernel_height * kernel_width * input_channels bytes rounded up to 16; NULL for a kernel of one tap. */
void edgeai_conv2d_vectors_s8(
    const edgeai_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
