#include "edgeai_conv2d_paired_s8.h"

#include "edgeai_paired_s8.h"

void edgeai_conv2d_paired_s8(
    const edgeai_conv2d_paired_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    edgeai_paired_convolve(p, x, weights, p->padded_depth / 2, y, scratch, edgeai_paired_widen_s8);
}
