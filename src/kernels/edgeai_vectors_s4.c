#include "edgeai_vectors_s4.h"

#define BLOCK_BYTES 32

#if EDGEAI_MVE

/* Adds the products of sixteen values; weights count sixteenfold, as the upper halves of bytes do. */
#define ADD_PRODUCTS(v) \
    { \
        const int8x16_t first = vreinterpretq_s8_u8(vldrbq_u8(weights)); \
        const int8x16_t second = vreinterpretq_s8_u8(vldrbq_u8(weights + 16)); \
        s0 = vmladavaq_s8(s0, v, vshlq_n_s8(first, 4)); \
        s1 = vmladavaq_s8(s1, v, vandq_s8(first, upper)); \
        s2 = vmladavaq_s8(s2, v, vshlq_n_s8(second, 4)); \
        s3 = vmladavaq_s8(s3, v, vandq_s8(second, upper)); \
        weights += BLOCK_BYTES; \
    }

void edgeai_vector_row_s4(
    const int8_t *x, uint32_t blocks, uint32_t tail, const uint8_t *weights, const int32_t *channels, int32_t count,
    const edgeai_vector_limits_s8 *limits, int8_t *y)
{
    const int8x16_t upper = vdupq_n_s8(-16);
    while (count > 0) {
        int32_t s0 = 0;
        int32_t s1 = 0;
        int32_t s2 = 0;
        int32_t s3 = 0;
        const int8_t *values = x;
        for (uint32_t left = blocks; left > 0; left--) {
            const int8x16_t v = vldrbq_s8(values);
            values += 16;
            ADD_PRODUCTS(v)
        }
        if (tail != 0) {
            const int8x16_t v = vldrbq_z_s8(values, (mve_pred16_t)tail);
            ADD_PRODUCTS(v)
        }
        const int32_t sums[4] = {s0, s1, s2, s3};
        edgeai_store_lanes_s8(y, vaddq_s32(vshrq_n_s32(vldrwq_s32(sums), 4), vldrwq_s32(channels)), channels, limits, count);
        channels += EDGEAI_VECTOR_CHANNEL_WORDS;
        y += 4;
        count -= 4;
    }
}

#else

/* The half byte whose highest bit is bit, with its sign. */
static inline int32_t half(uint32_t byte, int32_t bit)
{
    return (int32_t)(byte << (31 - bit)) >> 28;
}

void edgeai_vector_row_s4(
    const int8_t *x, uint32_t blocks, uint32_t tail, const uint8_t *weights, const int32_t *channels, int32_t count,
    const edgeai_vector_limits_s8 *limits, int8_t *y)
{
    int32_t depth = (int32_t)blocks * 16;
    while (tail != 0) {
        tail >>= 1;
        depth++;
    }
    while (count > 0) {
        uint32_t sums[4];
        for (int32_t i = 0; i < 4; i++) {
            uint32_t sum = (uint32_t)channels[i];
            for (int32_t k = 0; k < depth; k++) {
                sum += (uint32_t)(x[k] * half(weights[k / 16 * BLOCK_BYTES + i / 2 * 16 + k % 16], i % 2 * 4 + 3));
            }
            sums[i] = sum;
        }
        weights += (depth + 15) / 16 * BLOCK_BYTES;
        edgeai_store_lanes_s8(y, sums, channels, limits, count);
        channels += EDGEAI_VECTOR_CHANNEL_WORDS;
        y += 4;
        count -= 4;
    }
}

#endif
