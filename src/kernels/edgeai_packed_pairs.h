/* Products of int8 matrices whose weights are packed in pairs: a 16-bit lane holds 256 * wB + wA for one depth index of two
 * neighbouring result channels A and B, a word two lanes. For four depth indices k to k + 3 the words are (k, k + 2) and (k + 1, k + 3).
 * Values of x are widened to 16-bit lanes in the same order. A product of raw words sums 256 * S_B + S_A, one of the low bytes S_A;
 * 256 * S_B is their difference, exact while |S_B| < 2^23, which is proven for each channel when this is generated.
 *
 * channels holds eight words for each pair: 256 * bias_B + bias_A, bias_A, then factor, addend and shift of A and of B:
 * - rectified (the lower limit is the zero point, the upper 127): value = saturate((addend + high((sum << shift) * factor)) >> 13), where
 *   high is the upper word of the 64-bit product; for B, (256 * sum) >> shift stands in place of sum << shift;
 * - linear: value = saturate((addend + sign + round(high(2 * sum * factor))) >> shift), sign = -1 for negative sums. */
#ifndef EDGEAI_PACKED_PAIRS_H
#define EDGEAI_PACKED_PAIRS_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
#define EDGEAI_DSP 1
#else
#define EDGEAI_DSP 0
#endif

/* A function whose copies would cost more flash than its calls cost time. */
#if defined(__GNUC__)
#define EDGEAI_SHARED __attribute__((noinline))
#else
#define EDGEAI_SHARED
#endif

#define EDGEAI_PACKED_CHANNEL_WORDS 8

/* Three rows of x and the channels they are multiplied with. The order of members is that of the assembly. */
typedef struct edgeai_packed_tile_s8 {
    int8_t *y[3];
    const int32_t *channels;
    const int32_t *channels_end;
    const uint32_t *x; /* six words for four depth indices: the even lanes of the three rows, then the odd lanes */
    uint32_t steps; /* depth / 4 + 1 */
    const uint32_t *weights;
} edgeai_packed_tile_s8;

/* One row of int8 values times channels in groups of four: words of two pairs alternate. */
typedef struct edgeai_packed_row_s8 {
    const int8_t *x; /* word-aligned */
    int8_t *y;
    const int32_t *channels;
    const int32_t *channels_end;
    const uint32_t *weights;
    uint32_t steps; /* depth / 4 + 1 */
} edgeai_packed_row_s8;

/* Four bytes at any address. In freestanding programs compilers do not know memcpy by itself. */
static inline uint32_t edgeai_load_word(const void *bytes)
{
    uint32_t word;
#if defined(__GNUC__)
    __builtin_memcpy(&word, bytes, 4);
#else
    memcpy(&word, bytes, 4);
#endif
    return word;
}

static inline void edgeai_store_word(void *bytes, uint32_t word)
{
#if defined(__GNUC__)
    __builtin_memcpy(bytes, &word, 4);
#else
    memcpy(bytes, &word, 4);
#endif
}

/* Bytes 0 and 2 as 16-bit lanes. */
static inline uint32_t edgeai_even_lanes(uint32_t bytes)
{
#if EDGEAI_DSP
    uint32_t lanes;
    __asm__("sxtb16 %0, %1" : "=r"(lanes) : "r"(bytes));
    return lanes;
#else
    return ((uint32_t)(int8_t)(bytes >> 16) << 16) | ((uint32_t)(int8_t)bytes & 0xFFFFu);
#endif
}

/* Bytes 1 and 3 as 16-bit lanes. */
static inline uint32_t edgeai_odd_lanes(uint32_t bytes)
{
#if EDGEAI_DSP
    uint32_t lanes;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(bytes));
    return lanes;
#else
    return edgeai_even_lanes(bytes >> 8);
#endif
}

#ifdef __cplusplus
}
#endif

#endif
