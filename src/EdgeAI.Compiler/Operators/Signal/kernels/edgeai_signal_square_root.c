#include "edgeai_signal_square_root.h"

/* Bit by bit from the top: what is left of x, and the root so far. */
static uint32_t root_of(uint64_t x)
{
    const uint32_t most = (x >> 32) == 0u ? UINT16_MAX : UINT32_MAX;
    uint64_t root = 0u;
    for (uint64_t bit = (x >> 32) == 0u ? (uint64_t)1 << 30 : (uint64_t)1 << 62; bit != 0u; bit >>= 2) {
        if (x >= root + bit) {
            x -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)(x > root && root < most ? root + 1u : root);
}

void edgeai_signal_square_root(const edgeai_signal_square_root_params *p, const uint64_t *sums, const int32_t *bits, uint32_t *result)
{
    const int32_t shift = *bits < 0 ? 0 : *bits > 32 ? 32 : *bits;
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (uint32_t)((uint64_t)root_of(sums[i]) >> shift);
    }
}
