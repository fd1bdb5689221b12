/* Convolution of float images [N,P,H,W,C/P] of P planes with weights laid out for eight channels at a time (edgeai_lanes_f32.h), depth in the
 * order [KH,P,KW,C/P]; bias may be NULL. Channels last are one plane, channels first as many as there are; several need a dilation_width of 1. Up to
 * four neighbouring pixels of a row of the result are made at a time, in raster order. Of these as many channels as the tile has are summed before
 * the first of them is written; the operand is read again for the next. */
#ifndef EDGEAI_CONV2D_LANES_F32_H
#define EDGEAI_CONV2D_LANES_F32_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Channels that are summed before they are written. */
#define EDGEAI_CONV2D_LANES_F32_TILE 16

typedef struct edgeai_conv2d_lanes_f32_params {
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
    int32_t planes; /* P, a divisor of input_channels */
    float minimum;
    float maximum;
} edgeai_conv2d_lanes_f32_params;

void edgeai_conv2d_lanes_f32(
    const edgeai_conv2d_lanes_f32_params *p, const float *x, const float *weights, const float *bias, float *y);

#ifdef __cplusplus
}
#endif

#endif
