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
    int32_t shifts_left; /* whether a channel's shift is positive */
} edgeai_vector_limits_s8;

/* Two rows of x and the channels they are multiplied with. The order of members is that of the assembly. Places of y move on; the rest stays. */
typedef struct edgeai_vector_tile_s8 {
    const int8_t *x[2];
    int8_t *y[2];
    const int8_t *weights;
    const int32_t *channels;
    int32_t count; /* channels that are left; at least one */
    uint32_t blocks; /* whole blocks of sixteen depth indices */
    uint32_t tail; /* bytes of the last one, each bit one; 0: there is none */
    edgeai_vector_limits_s8 limits;
} edgeai_vector_tile_s8;

/* The predicate of depth % 16 bytes. */
static inline uint32_t edgeai_vector_tail_s8(int32_t depth)
{
    return (1u << (depth % 16)) - 1u;
}

#if EDGEAI_MVE

/* edgeai_requantize for each lane: the same two roundings. */
static inline int32x4_t edgeai_requantize_lanes(int32x4_t sums, int32x4_t factors, int32x4_t shifts, int32_t shifts_left)
{
    if (shifts_left) {
        const int32x4_t zeros = vdupq_n_s32(0);
        sums = vshlq_s32(sums, vmaxq_s32(shifts, zeros));
        shifts = vminq_s32(shifts, zeros);
    }
    const int32x4_t product = vqrdmulhq_s32(sums, factors);
    const int32x4_t below = vshrq_n_s32(vandq_s32(product, shifts), 31);
    return vrshlq_s32(vqaddq_s32(product, below), shifts);
}

/* The first count (1 to 4) results of four channels whose biases are in the sums. */
static inline void edgeai_store_lanes_s8(
    int8_t *y, int32x4_t sums, const int32_t *channels, const edgeai_vector_limits_s8 *limits, int32_t count)
{
    int32x4_t value =
        edgeai_requantize_lanes(sums, vldrwq_s32(channels + 4), vldrwq_s32(channels + 8), limits->shifts_left);
    value = vaddq_n_s32(value, limits->zero_point);
    value = vminq_s32(vmaxq_s32(value, vdupq_n_s32(limits->minimum)), vdupq_n_s32(limits->maximum));
    if (count >= 4) {
        vstrbq_s32(y, value);
    } else {
        vstrbq_p_s32(y, value, vctp32q((uint32_t)count));
    }
}

/* Four sums over count blocks of sixteen bytes. */
static inline int32x4_t edgeai_sum_blocks_s8(
    const int8_t *x, const int8_t **weights, uint32_t count, mve_pred16_t tail, const int32_t *bias)
{
    const int8_t *w = *weights;
    register int32_t s0 __asm__("r2") = bias[0];
    register int32_t s1 __asm__("r4") = bias[1];
    register int32_t s2 __asm__("r6") = bias[2];
    register int32_t s3 __asm__("r8") = bias[3];
    if (count > 0) {
        __asm__ volatile(
            "dls lr, %[count]\n"
            "1:\n"
            "vldrb.8 q0, [%[x]], #16\n"
            "vldrb.8 q1, [%[w]], #16\n"
            "vldrb.8 q2, [%[w]], #16\n"
            "vmladava.s8 %[s0], q0, q1\n"
            "vldrb.8 q1, [%[w]], #16\n"
            "vmladava.s8 %[s1], q0, q2\n"
            "vldrb.8 q2, [%[w]], #16\n"
            "vmladava.s8 %[s2], q0, q1\n"
            "vmladava.s8 %[s3], q0, q2\n"
            "le lr, 1b\n"
            : [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3), [x] "+r"(x), [w] "+r"(w)
            : [count] "r"(count)
            : "q0", "q1", "q2", "lr", "memory");
    }
    if (tail != 0) {
        const int8x16_t values = vldrbq_z_s8(x, tail);
        s0 = vmladavaq_s8(s0, values, vldrbq_s8(w));
        s1 = vmladavaq_s8(s1, values, vldrbq_s8(w + 16));
        s2 = vmladavaq_s8(s2, values, vldrbq_s8(w + 32));
        s3 = vmladavaq_s8(s3, values, vldrbq_s8(w + 48));
        w += 64;
    }
    *weights = w;
    int32x4_t sums = vdupq_n_s32(0);
    __asm__("vmov %q0[2], %q0[0], %1, %3\nvmov %q0[3], %q0[1], %2, %4" : "+w"(sums) : "r"(s0), "r"(s1), "r"(s2), "r"(s3));
    return sums;
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
#if EDGEAI_MVE
    const mve_pred16_t tail = left > 0 ? vctp8q((uint32_t)left) : 0;
#endif
    while (count > 0) {
#if EDGEAI_MVE
        const int32x4_t sums = edgeai_sum_blocks_s8(x, &weights, (uint32_t)blocks, tail, channels);
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
