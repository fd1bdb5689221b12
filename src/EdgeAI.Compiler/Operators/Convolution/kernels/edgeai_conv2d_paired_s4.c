#include "edgeai_conv2d_paired_s4.h"

/* The half byte whose highest bit is bit of word, with its sign. */
static inline uint32_t half(uint32_t word, int32_t bit)
{
    return (uint32_t)((int32_t)(word << (31 - bit)) >> 28);
}

static void widen(const uint32_t *weights, uint32_t count, uint32_t *to)
{
    for (; count > 0; count -= 8) {
        const uint32_t eight = *weights++;
        to[0] = half(eight, 3);
        to[1] = half(eight, 11);
        to[2] = half(eight, 19);
        to[3] = half(eight, 27);
        to[4] = half(eight, 7);
        to[5] = half(eight, 15);
        to[6] = half(eight, 23);
        to[7] = half(eight, 31);
        to += 8;
    }
}

void edgeai_conv2d_paired_s4(
    const edgeai_conv2d_paired_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    edgeai_paired_convolve(p, x, weights, p->padded_depth / 4, y, scratch, widen);
}
