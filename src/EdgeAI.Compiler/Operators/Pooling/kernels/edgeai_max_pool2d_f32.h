/* Maxima of windows of float images [N,H,W,C]; padding does not count. */
#ifndef EDGEAI_MAX_POOL2D_F32_H
#define EDGEAI_MAX_POOL2D_F32_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_max_pool2d_f32_params {
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
    float minimum;
    float maximum;
} edgeai_max_pool2d_f32_params;

void edgeai_max_pool2d_f32(const edgeai_max_pool2d_f32_params *p, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif
