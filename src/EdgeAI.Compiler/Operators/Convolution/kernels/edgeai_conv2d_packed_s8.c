#include "edgeai_conv2d_packed_s8.h"

#include "edgeai_packed_pixels.h"
#include "edgeai_packed_s8.h"

static EDGEAI_SHARED void multiply(const edgeai_packed_image *p, const edgeai_packed_tile_s8 *tile)
{
    if (p->linear) {
        edgeai_packed_tile_linear_s8(tile);
    } else {
        edgeai_packed_tile_rectified_s8(tile);
    }
}

void edgeai_conv2d_packed_s8(
    const edgeai_conv2d_packed_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    edgeai_packed_convolve(p, x, weights, p->padded_depth / 2, y, scratch, multiply);
}
