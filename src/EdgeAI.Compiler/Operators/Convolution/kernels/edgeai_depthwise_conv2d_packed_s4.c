#include "edgeai_depthwise_conv2d_packed_s4.h"

#include "edgeai_unpack_s4.h"

void edgeai_depthwise_conv2d_packed_s4(
    const edgeai_depthwise_conv2d_packed_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    const int32_t words = (p->input_channels * p->kernel_height * p->kernel_width + 1) / 2;
    edgeai_unpack_lanes_s4((uint32_t *)scratch, weights, words);
    edgeai_depthwise_conv2d_packed_s8(p, x, (const uint32_t *)scratch, y, (int8_t *)scratch + edgeai_unpacked_bytes(words));
}
