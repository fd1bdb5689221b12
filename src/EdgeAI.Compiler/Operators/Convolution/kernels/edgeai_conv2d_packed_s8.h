/* Convolution of int8 images [N,H,W,C] with int8 weights packed in pairs of result channels (edgeai_packed_s8.h), depth in the order
 * [KH,KW,C], padded with zeros to a multiple of four, or each row of the kernel so. Three pixels of the result are made at a time, in raster order, each with all its
 * channels; all that they read is gathered before the first is written. */
#ifndef EDGEAI_CONV2D_PACKED_S8_H
#define EDGEAI_CONV2D_PACKED_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_conv2d_packed_s8_params {
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
    int32_t padded_depth;
    int32_t row_bytes; /* from one row of the kernel to the next in the depth; weights behind kernel_width * input_channels are zero */
    int32_t input_zero_point;
    int32_t linear;
    int32_t limited; /* 1: minimum and maximum are narrower than the type's range and not met by the pairs' own arithmetic */
    int32_t minimum;
    int32_t maximum;
    const int32_t *channels;
} edgeai_conv2d_packed_s8_params;

/* scratch: 6 * padded_depth bytes, and 3 * padded_depth more where input_channels is no multiple of 4. */
void edgeai_conv2d_packed_s8(
    const edgeai_conv2d_packed_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
