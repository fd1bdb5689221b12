#include "edgeai_depthwise_conv2d_vectors_s4.h"

#include "edgeai_unpack_s4.h"

void edgeai_depthwise_conv2d_vectors_s4(
    const edgeai_depthwise_conv2d_vectors_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    const int32_t words = (p->output_channels + 15) / 16 * 4 * p->kernel_height * p->kernel_width;
    edgeai_unpack_bytes_s4((uint32_t *)scratch, weights, words);
    edgeai_depthwise_conv2d_vectors_s8(p, x, (const int8_t *)scratch, y, (int8_t *)scratch + edgeai_unpacked_bytes(words));
}
