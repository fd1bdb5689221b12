/* Convolution of int8 images [N,H,W,C] with int8 weights laid out for vectors: for each four result channels and each sixteen depth
 * indices ([KH,KW,C], padded with zeros to a multiple of 16) the sixteen bytes of the first channel, then of the second, third and fourth.
 * channels holds for each four channels their biases, factors and shifts. Two pixels of the result are made at a time, in raster order, each
 * with all its channels; all that they read is gathered before the first is written unless they are pixels of x. */
#ifndef EDGEAI_CONV2D_VECTORS_S8_H
#define EDGEAI_CONV2D_VECTORS_S8_H

#include "edgeai_vector_image.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_vector_image edgeai_conv2d_vectors_s8_params;

/* scratch: twice kernel_height * kernel_width * input_channels bytes rounded up to 16; NULL for a kernel of one tap. */
void edgeai_conv2d_vectors_s8(
    const edgeai_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
