/* Sums of products of int16 values and int8 weights, four result channels at a time so that each value of x is read once for four
 * products. Parts of at most 256 products are exact in 32 bits (256 * 2^15 * 2^7 = 2^30); the parts are added in 64 bits. */
#ifndef EDGEAI_DOT_S16_H
#define EDGEAI_DOT_S16_H

#include <stdint.h>

#include "edgeai_dot_s8.h"
#include "edgeai_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_DOT_PART_S16 256

/* sums[i] += sum of x[k] * row[i][at + k] */
static inline void edgeai_dot4_s16(int64_t *sums, const int16_t *x, const edgeai_rows_s8 *rows, int32_t at, int32_t count)
{
    const int8_t *w0 = rows->row[0] + at;
    const int8_t *w1 = rows->row[1] + at;
    const int8_t *w2 = rows->row[2] + at;
    const int8_t *w3 = rows->row[3] + at;
    while (count > 0) {
        const int32_t part = count < EDGEAI_DOT_PART_S16 ? count : EDGEAI_DOT_PART_S16;
        int32_t s0 = 0;
        int32_t s1 = 0;
        int32_t s2 = 0;
        int32_t s3 = 0;
        for (int32_t k = 0; k < part; k++) {
            const int32_t v = x[k];
            s0 += v * w0[k];
            s1 += v * w1[k];
            s2 += v * w2[k];
            s3 += v * w3[k];
        }
        sums[0] += s0;
        sums[1] += s1;
        sums[2] += s2;
        sums[3] += s3;
        x += part;
        w0 += part;
        w1 += part;
        w2 += part;
        w3 += part;
        count -= part;
    }
}

/* How the sums of a layer over int16 values become its result. */
typedef struct edgeai_result_s16 {
    int32_t minimum;
    int32_t maximum;
    int32_t channel_step;     /* 1: multipliers and shifts of each channel; 0: one pair */
    const int32_t *bias;      /* where sums fit 32 bits: rounded twice; NULL where they need 64 */
    const int64_t *wide_bias; /* where sums need 64 bits: rounded once, by a multiplier of 16 bits; NULL for none */
    const int32_t *multipliers;
    const int32_t *shifts;
} edgeai_result_s16;

/* The element of result channel o whose products sum up to sum. */
static inline int16_t edgeai_finish_s16(const edgeai_result_s16 *p, int32_t o, int64_t sum)
{
    const int32_t channel = o * p->channel_step;
    int32_t scaled;
    if (p->bias) {
        scaled = edgeai_requantize((int32_t)(uint32_t)((uint64_t)sum + (uint64_t)(int64_t)p->bias[o]), p->multipliers[channel], p->shifts[channel]);
    } else {
        scaled = edgeai_requantize_wide(p->wide_bias ? sum + p->wide_bias[o] : sum, p->multipliers[channel], p->shifts[channel]);
    }
    return (int16_t)edgeai_clamp(scaled, p->minimum, p->maximum);
}

#ifdef __cplusplus
}
#endif

#endif
