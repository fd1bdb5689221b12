/* Means of windows of float images [N,H,W,C]. */
#ifndef EDGEAI_AVERAGE_POOL2D_F32_H
#define EDGEAI_AVERAGE_POOL2D_F32_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_average_pool2d_f32_params {
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
    float minimum;
    float maximum;
} edgeai_average_pool2d_f32_params;

void edgeai_average_pool2d_f32(const edgeai_average_pool2d_f32_params *p, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif
