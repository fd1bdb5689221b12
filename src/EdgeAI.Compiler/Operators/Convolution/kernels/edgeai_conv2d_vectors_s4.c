#include "edgeai_conv2d_vectors_s4.h"

#include "edgeai_vectors_s4.h"

static void multiply(edgeai_vector_tile_s8 *tile, const void *weights)
{
    for (int32_t row = 0; row < (tile->y[0] == tile->y[1] ? 1 : 2); row++) {
        edgeai_vector_row_s4(
            tile->x[row], tile->blocks, tile->tail, (const uint8_t *)weights, tile->channels, tile->count, &tile->limits, tile->y[row]);
    }
}

void edgeai_conv2d_vectors_s4(
    const edgeai_conv2d_vectors_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y, void *scratch)
{
    edgeai_vector_convolve(p, x, weights, y, scratch, multiply);
}
