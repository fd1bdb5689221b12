/* What a convolution of int8 images over packed pairs of channels (edgeai_packed_pairs.h) is told, whatever its weights are stored as. */
#ifndef EDGEAI_PACKED_IMAGE_H
#define EDGEAI_PACKED_IMAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_packed_image {
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
} edgeai_packed_image;

#ifdef __cplusplus
}
#endif

#endif
