/* Scaling of four channels at once, and their sums of products over sixteen bytes at a time where the processor has vectors. */
#ifndef EDGEAI_VECTORS_S8_H
#define EDGEAI_VECTORS_S8_H

#include <stdint.h>

#include "edgeai_requantize.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#include <arm_mve.h>
#define EDGEAI_MVE 1
#else
#define EDGEAI_MVE 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_VECTOR_CHANNEL_WORDS 12

/* How sums become results. */
typedef struct edgeai_vector_limits_s8 {
    int32_t zero_point;
    int32_t minimum;
    int32_t maximum;
} edgeai_vector_limits_s8;

#if EDGEAI_MVE

/* edgeai_requantize for each lane: the same two roundings. */
static inline int32x4_t edgeai_requantize_lanes(int32x4_t sums, int32x4_t factors, int32x4_t shifts)
{
    const int32x4_t zeros = vdupq_n_s32(0);
    const int32x4_t left = vmaxq_s32(shifts, zeros);
    const int32x4_t right = vminq_s32(shifts, zeros);
    const int32x4_t product = vqrdmulhq_s32(vshlq_s32(sums, left), factors);
    const int32x4_t below = vshrq_n_s32(vandq_s32(product, right), 31);
    return vrshlq_s32(vqaddq_s32(product, below), right);
}

/* The first count (1 to 4) results of four channels whose biases are in the sums. */
static inline void edgeai_store_lanes_s8(
    int8_t *y, int32x4_t sums, const int32_t *channels, const edgeai_vector_limits_s8 *limits, int32_t count)
{
    int32x4_t value = edgeai_requantize_lanes(sums, vldrwq_s32(channels + 4), vldrwq_s32(channels + 8));
    value = vaddq_n_s32(value, limits->zero_point);
    value = vminq_s32(vmaxq_s32(value, vdupq_n_s32(limits->minimum)), vdupq_n_s32(limits->maximum));
    if (count >= 4) {
        vstrbq_s32(y, value);
    } else {
        vstrbq_p_s32(y, value, vctp32q((uint32_t)count));
    }
}

#else

static inline void edgeai_store_lanes_s8(
    int8_t *y, const uint32_t *sums, const int32_t *channels, const edgeai_vector_limits_s8 *limits, int32_t count)
{
    for (int32_t i = 0; i < count && i < 4; i++) {
        const int32_t scaled = edgeai_requantize((int32_t)sums[i], channels[4 + i], channels[8 + i]);
        y[i] = (int8_t)edgeai_clamp(edgeai_add(scaled, limits->zero_point), limits->minimum, limits->maximum);
    }
}

#endif

/* One row of depth bytes times all channels. */
static inline void edgeai_vector_row_s8(
    const int8_t *x, int32_t depth, const int8_t *weights, const int32_t *channels, int32_t count,
    const edgeai_vector_limits_s8 *limits, int8_t *y)
{
    const int32_t blocks = depth / 16;
    const int32_t left = depth % 16;
    while (count > 0) {
#if EDGEAI_MVE
        int32_t s0 = channels[0];
        int32_t s1 = channels[1];
        int32_t s2 = channels[2];
        int32_t s3 = channels[3];
        const int8_t *v = x;
        for (int32_t i = 0; i < blocks; i++) {
            const int8x16_t values = vldrbq_s8(v);
            s0 = vmladavaq_s8(s0, values, vldrbq_s8(weights));
            s1 = vmladavaq_s8(s1, values, vldrbq_s8(weights + 16));
            s2 = vmladavaq_s8(s2, values, vldrbq_s8(weights + 32));
            s3 = vmladavaq_s8(s3, values, vldrbq_s8(weights + 48));
            v += 16;
            weights += 64;
        }
        if (left > 0) {
            const int8x16_t values = vldrbq_z_s8(v, vctp8q((uint32_t)left));
            s0 = vmladavaq_s8(s0, values, vldrbq_s8(weights));
            s1 = vmladavaq_s8(s1, values, vldrbq_s8(weights + 16));
            s2 = vmladavaq_s8(s2, values, vldrbq_s8(weights + 32));
            s3 = vmladavaq_s8(s3, values, vldrbq_s8(weights + 48));
            weights += 64;
        }
        int32x4_t sums = vdupq_n_s32(s0);
        sums = vsetq_lane_s32(s1, sums, 1);
        sums = vsetq_lane_s32(s2, sums, 2);
        sums = vsetq_lane_s32(s3, sums, 3);
#else
        uint32_t sums[4];
        for (int32_t i = 0; i < 4; i++) {
            uint32_t sum = (uint32_t)channels[i];
            for (int32_t k = 0; k < depth; k++) {
                sum += (uint32_t)(x[k] * weights[k / 16 * 64 + i * 16 + k % 16]);
            }
            sums[i] = sum;
        }
        weights += (blocks + (left > 0 ? 1 : 0)) * 64;
#endif
        edgeai_store_lanes_s8(y, sums, channels, limits, count);
        channels += EDGEAI_VECTOR_CHANNEL_WORDS;
        y += 4;
        count -= 4;
    }
}

#ifdef __cplusplus
}
#endif

#endif
