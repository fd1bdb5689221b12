/* A convolution of int8 images over vectors of sixteen bytes (edgeai_vectors_s8.h), two pixels at a time, whatever its weights are stored as. */
#ifndef EDGEAI_VECTOR_IMAGE_H
#define EDGEAI_VECTOR_IMAGE_H

#include <stdint.h>

#include "edgeai_vectors_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_vector_image {
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
} edgeai_vector_image;

/* Makes all channels of the tile's two rows, whose places of y are given; of one where the second is the first. */
typedef void edgeai_vector_multiply(edgeai_vector_tile_s8 *tile, const void *weights);

/* The whole convolution. */
void edgeai_vector_convolve(
    const edgeai_vector_image *p, const int8_t *x, const void *weights, int8_t *y, void *scratch, edgeai_vector_multiply *multiply);

#ifdef __cplusplus
}
#endif

#endif
