/* Means of windows of int16 images [N,H,W,C], rounded half away from zero.
 * Zero points are 0; a multiplier other than 0 takes the mean with 16 fractional bits to the result's scale. */
#ifndef EDGEAI_AVERAGE_POOL2D_S16_H
#define EDGEAI_AVERAGE_POOL2D_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_average_pool2d_s16_params {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t channels;
    int32_t output_height;
    int32_t output_width;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t padded_height;
    int32_t padded_width;
    int32_t count_padding; /* 1: the mean is over elements inside the padded image; 0: inside the image */
    int32_t minimum;
    int32_t maximum;
    int32_t multiplier;
    int32_t shift;
} edgeai_average_pool2d_s16_params;

void edgeai_average_pool2d_s16(const edgeai_average_pool2d_s16_params *p, const int16_t *x, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
