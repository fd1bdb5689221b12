/* edgeai_depthwise_conv2d_packed_s8 with weights of 4 bits, which are put into the words of its weights first (edgeai_unpack_s4.h). */
#ifndef EDGEAI_DEPTHWISE_CONV2D_PACKED_S4_H
#define EDGEAI_DEPTHWISE_CONV2D_PACKED_S4_H

#include <stdint.h>

#include "edgeai_depthwise_conv2d_packed_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_depthwise_conv2d_packed_s8_params edgeai_depthwise_conv2d_packed_s4_params;

/* scratch: the bytes of the weights, rounded up to 16, and what the kernel over int8 weights takes. */
void edgeai_depthwise_conv2d_packed_s4(
    const edgeai_depthwise_conv2d_packed_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
