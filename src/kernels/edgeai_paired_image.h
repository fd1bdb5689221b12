/* What a convolution of int8 images over pairs of pixels (edgeai_paired_s8.h) is told, whatever its weights are stored as. */
#ifndef EDGEAI_PAIRED_IMAGE_H
#define EDGEAI_PAIRED_IMAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_paired_image {
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
} edgeai_paired_image;

/* Puts count weights, a multiple of 16, into words (edgeai_paired_s8.h). */
typedef void edgeai_paired_widen(const uint32_t *weights, uint32_t count, uint32_t *to);

/* The whole convolution; the weights of two channels take pair_words. */
void edgeai_paired_convolve(
    const edgeai_paired_image *p, const int8_t *x, const uint32_t *weights, int32_t pair_words, int8_t *y, void *scratch,
    edgeai_paired_widen *widen);

#ifdef __cplusplus
}
#endif

#endif
