/* Convolution of int8 images [N,H,W,C] with weights of 4 bits packed in pairs of result channels (edgeai_packed_s4.h), depth in the order
 * [KH,KW,C], padded with zeros to a multiple of four, or each row of the kernel so. Three pixels of the result are made at a time, in raster order, each with all its
 * channels; all that they read is gathered before the first is written. */
#ifndef EDGEAI_CONV2D_PACKED_S4_H
#define EDGEAI_CONV2D_PACKED_S4_H

#include "edgeai_packed_image.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_packed_image edgeai_conv2d_packed_s4_params;

/* scratch: 6 * padded_depth bytes, and 3 * padded_depth more where input_channels is no multiple of 4. */
void edgeai_conv2d_packed_s4(
    const edgeai_conv2d_packed_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
