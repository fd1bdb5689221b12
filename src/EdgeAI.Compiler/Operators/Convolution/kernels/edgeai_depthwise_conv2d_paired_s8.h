/* Depthwise convolution of int8 images [N,H,W,C] for processors with 32-bit products alone, each channel by itself: neighbouring rows of the result
 * share each product (edgeai_paired_taps_s8.h). weights holds the taps of each channel column by column, none below -127, padded with
 * zeros to whole words; channels holds four words a channel (edgeai_channel_s8.h).
 * Two rows of the result are made at a time, channel by channel; a channel's operand is gathered before its results are written. */
#ifndef EDGEAI_DEPTHWISE_CONV2D_PAIRED_S8_H
#define EDGEAI_DEPTHWISE_CONV2D_PAIRED_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* dilation_width is 1. */
typedef struct edgeai_depthwise_conv2d_paired_s8_params {
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
    int32_t linear; /* 0: the zero point of y is -128 */
    int32_t limited; /* 1: minimum and maximum are narrower than the type's range */
    int32_t minimum;
    int32_t maximum;
    const int32_t *channels;
} edgeai_depthwise_conv2d_paired_s8_params;

/* scratch: 4 * ((taps + 3) / 4 * 4 + ((output_width - 1) * stride_width + kernel_width) * kernel_height + 1) bytes. */
void edgeai_depthwise_conv2d_paired_s8(
    const edgeai_depthwise_conv2d_paired_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
