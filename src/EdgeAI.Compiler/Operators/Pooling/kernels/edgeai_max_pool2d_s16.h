/* Maxima of windows of int16 images [N,H,W,C]; padding does not count. */
#ifndef EDGEAI_MAX_POOL2D_S16_H
#define EDGEAI_MAX_POOL2D_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_max_pool2d_s16_params {
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
    int32_t minimum;
    int32_t maximum;
} edgeai_max_pool2d_s16_params;

void edgeai_max_pool2d_s16(const edgeai_max_pool2d_s16_params *p, const int16_t *x, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
