/* Convolution of int8 images [N,H,W,C] for processors with 32-bit products alone: two pixels of the result share each product
 * (edgeai_paired_s8.h). For each two result channels A and B and each two depth indices (in the order [KH,KW,C], padded with zeros to a
 * multiple of 8) weights holds the bytes A, A, B, B, none below -127; channels holds four words a channel (edgeai_channel_s8.h), those of the
 * last one twice where their number is odd.
 * Blocks of pixels of the result are made in raster order, a block channel by channel; all that a block reads is gathered first. */
#ifndef EDGEAI_CONV2D_PAIRED_S8_H
#define EDGEAI_CONV2D_PAIRED_S8_H

#include "edgeai_paired_image.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_paired_image edgeai_conv2d_paired_s8_params;

/* scratch: 4 * (block_pairs + 2) * padded_depth bytes. */
void edgeai_conv2d_paired_s8(
    const edgeai_conv2d_paired_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
