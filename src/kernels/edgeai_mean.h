/* The mean of integers, halves away from zero, as it is or at another scale. */
#ifndef EDGEAI_MEAN_H
#define EDGEAI_MEAN_H

#include <stdint.h>

#include "edgeai_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* sum / count; count is positive. */
static inline int32_t edgeai_mean(int32_t sum, int32_t count)
{
    const int32_t half = count / 2;
    return (sum > 0 ? sum + half : sum - half) / count;
}

/* sum / count with 16 fractional bits, times multiplier and shift. The mean fits 16 bits and count is below 2^23: eight bits of the
 * fraction at a time, 32 bits suffice. */
static inline int32_t edgeai_mean_rescaled(int32_t sum, int32_t count, int32_t multiplier, int32_t shift)
{
    const uint32_t divisor = (uint32_t)count;
    const uint32_t magnitude = sum < 0 ? 0u - (uint32_t)sum : (uint32_t)sum;
    const uint32_t whole = magnitude / divisor;
    const uint32_t rest = (magnitude - whole * divisor) * 256;
    const uint32_t upper = rest / divisor;
    const uint32_t lower = ((rest - upper * divisor) * 256 + divisor / 2) / divisor;
    const uint32_t fraction = whole * 65536 + upper * 256 + lower;
    return edgeai_requantize((int32_t)(sum < 0 ? 0u - fraction : fraction), multiplier, shift);
}

#ifdef __cplusplus
}
#endif

#endif
