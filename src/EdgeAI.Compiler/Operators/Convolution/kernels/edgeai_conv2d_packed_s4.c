#include "edgeai_conv2d_packed_s4.h"

#include "edgeai_packed_pixels.h"
#include "edgeai_packed_s4.h"

static EDGEAI_SHARED void multiply(const edgeai_packed_image *p, const edgeai_packed_tile_s8 *tile)
{
    edgeai_packed_tile_s4 nibbles;
    nibbles.tile = *tile;
    edgeai_packed_offsets_s4(tile->x, (int32_t)tile->steps - 1, nibbles.offsets);
    if (p->linear) {
        edgeai_packed_tile_linear_s4(&nibbles);
    } else {
        edgeai_packed_tile_rectified_s4(&nibbles);
    }
}

void edgeai_conv2d_packed_s4(
    const edgeai_conv2d_packed_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    edgeai_packed_convolve(p, x, weights, p->padded_depth / 4, y, scratch, multiply);
}
