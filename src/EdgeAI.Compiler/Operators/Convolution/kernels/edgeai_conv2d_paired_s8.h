/* Convolution of int8 images [N,H,W,C] for processors with 32-bit products alone: two pixels of the result share each product
 * (edgeai_paired_s8.h). For each two result channels A and B and each two depth indices (in the order [KH,KW,C], padded with zeros to a
 * multiple of 8) weights holds the bytes A, A, B, B, none below -127; channels holds four words a channel (edgeai_channel_s8.h), those of the
 * last one twice where their number is odd.
 * Blocks of pixels of the result are made in raster order, a block channel by channel; all that a block reads is gathered first. */
#ifndef EDGEAI_CONV2D_PAIRED_S8_H
#define EDGEAI_CONV2D_PAIRED_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_conv2d_paired_s8_params {
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
    int32_t block_pairs; /* pairs of pixels that share the widening of weights */
    int32_t input_zero_point;
    int32_t linear; /* 0: the zero point of y is -128 */
    int32_t limited; /* 1: minimum and maximum are narrower than the type's range */
    int32_t minimum;
    int32_t maximum;
    const int32_t *channels;
} edgeai_conv2d_paired_s8_params;

/* scratch: 4 * (block_pairs + 2) * padded_depth bytes. */
void edgeai_conv2d_paired_s8(
    const edgeai_conv2d_paired_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
