#include "edgeai_conv2d_vectors_s8.h"

#include "edgeai_vector_tile_s8.h"

static void multiply(edgeai_vector_tile_s8 *tile, const void *weights)
{
    tile->weights = (const int8_t *)weights;
    edgeai_vector_tile_multiply_s8(tile);
}

void edgeai_conv2d_vectors_s8(
    const edgeai_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch)
{
    edgeai_vector_convolve(p, x, weights, y, scratch, multiply);
}
