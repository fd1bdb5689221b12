/* Sums of products of floats for several result channels side by side, each in one accumulator that starts at 0, in ascending order of depth.
 * Weights hold, for every eight channels, eight values for each depth index, and four for the last channels where these are four or fewer;
 * values behind the last channel are zero. */
#ifndef EDGEAI_LANES_F32_H
#define EDGEAI_LANES_F32_H

#include <stddef.h>
#include <stdint.h>

#include "edgeai_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_LANES 8
#define EDGEAI_HALF_LANES 4

/* The most channels that one call sums. */
#define EDGEAI_MOST_LANES 16

/* How many rows of the operand, each for a row of results, are summed at a time. */
#define EDGEAI_LANE_ROWS 4

/* Vectors of the compiler's where the machine has any. A lane is summed as a single float would be. */
#if defined(__GNUC__) && (defined(__SSE2__) || defined(__aarch64__))
#define EDGEAI_HAS_LANES 1
typedef float edgeai_eight_floats __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t edgeai_eight_words __attribute__((vector_size(32), aligned(4), may_alias));
typedef float edgeai_four_floats __attribute__((vector_size(16), aligned(4), may_alias));
#define EDGEAI_EIGHT(place) (*(edgeai_eight_floats *)(void *)(place))
#define EDGEAI_FOUR(place) (*(edgeai_four_floats *)(void *)(place))
#define EDGEAI_EIGHT_OF(place) (*(const edgeai_eight_floats *)(const void *)(place))
#define EDGEAI_FOUR_OF(place) (*(const edgeai_four_floats *)(const void *)(place))
#else
#define EDGEAI_HAS_LANES 0
#endif

/* What the sum of a row reads: lines of runs of count floats. */
typedef struct edgeai_reach_f32 {
    int32_t lines;
    int32_t line_step; /* floats from a line to the next */
    int32_t runs;
    int32_t run_step; /* floats from a run of a line to the next */
    int32_t count;
    int32_t first; /* depth index of the first weights */
    int32_t left_out; /* depth indices from the end of a line to the next; those of a line lie one behind the other */
    int32_t row_step; /* floats from what a row reads to what the next reads */
} edgeai_reach_f32;

/* How many lanes the first block of count channels has. */
static inline int32_t edgeai_lanes_of(int32_t count)
{
    return count > EDGEAI_HALF_LANES ? EDGEAI_LANES : EDGEAI_HALF_LANES;
}

/* sums[row * step + c] for four rows and the four channels whose weights begin at w and lie lanes floats apart. */
static inline void edgeai_sum_four_by_four_f32(
    float *sums, int32_t step, const float *x, const float *w, int32_t lanes, const edgeai_reach_f32 *reach)
{
#if EDGEAI_HAS_LANES
    const edgeai_four_floats zeros = {0.0f, 0.0f, 0.0f, 0.0f};
    edgeai_four_floats a = zeros, b = zeros, c = zeros, d = zeros;
#else
    float a0 = 0.0f, a1 = 0.0f, a2 = 0.0f, a3 = 0.0f, b0 = 0.0f, b1 = 0.0f, b2 = 0.0f, b3 = 0.0f;
    float c0 = 0.0f, c1 = 0.0f, c2 = 0.0f, c3 = 0.0f, d0 = 0.0f, d1 = 0.0f, d2 = 0.0f, d3 = 0.0f;
#endif
    w += reach->first * lanes;
    for (int32_t line = 0; line < reach->lines; line++) {
        for (int32_t run = 0; run < reach->runs; run++) {
            const float *x0 = x + line * reach->line_step + run * reach->run_step;
            const float *x1 = x0 + reach->row_step;
            const float *x2 = x1 + reach->row_step;
            const float *x3 = x2 + reach->row_step;
            for (const float *const end = x0 + reach->count; x0 != end; w += lanes) {
#if EDGEAI_HAS_LANES
                const edgeai_four_floats weights = EDGEAI_FOUR_OF(w);
                a += weights * *x0++;
                b += weights * *x1++;
                c += weights * *x2++;
                d += weights * *x3++;
#else
                const float w0 = w[0];
                const float w1 = w[1];
                const float w2 = w[2];
                const float w3 = w[3];
                float v = *x0++;
                a0 += v * w0;
                a1 += v * w1;
                a2 += v * w2;
                a3 += v * w3;
                v = *x1++;
                b0 += v * w0;
                b1 += v * w1;
                b2 += v * w2;
                b3 += v * w3;
                v = *x2++;
                c0 += v * w0;
                c1 += v * w1;
                c2 += v * w2;
                c3 += v * w3;
                v = *x3++;
                d0 += v * w0;
                d1 += v * w1;
                d2 += v * w2;
                d3 += v * w3;
#endif
            }
        }
        w += reach->left_out * lanes;
    }
#if EDGEAI_HAS_LANES
    EDGEAI_FOUR(sums) = a;
    EDGEAI_FOUR(sums + step) = b;
    EDGEAI_FOUR(sums + 2 * step) = c;
    EDGEAI_FOUR(sums + 3 * step) = d;
#else
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = a2;
    sums[3] = a3;
    sums += step;
    sums[0] = b0;
    sums[1] = b1;
    sums[2] = b2;
    sums[3] = b3;
    sums += step;
    sums[0] = c0;
    sums[1] = c1;
    sums[2] = c2;
    sums[3] = c3;
    sums += step;
    sums[0] = d0;
    sums[1] = d1;
    sums[2] = d2;
    sums[3] = d3;
#endif
}

#if EDGEAI_HAS_LANES
/* The same for the blocks of eight channels at w and at u. */
static inline void edgeai_sum_four_by_sixteen_f32(
    float *sums, int32_t step, const float *x, const float *w, const float *u, const edgeai_reach_f32 *reach)
{
    const edgeai_eight_floats zeros = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    edgeai_eight_floats a = zeros, b = zeros, c = zeros, d = zeros, e = zeros, f = zeros, g = zeros, h = zeros;
    int32_t at = reach->first * EDGEAI_LANES;
    for (int32_t line = 0; line < reach->lines; line++) {
        for (int32_t run = 0; run < reach->runs; run++) {
            const float *x0 = x + line * reach->line_step + run * reach->run_step;
            const float *x1 = x0 + reach->row_step;
            const float *x2 = x1 + reach->row_step;
            const float *x3 = x2 + reach->row_step;
            for (const float *const end = x0 + reach->count; x0 != end; at += EDGEAI_LANES) {
                const edgeai_eight_floats lower = EDGEAI_EIGHT_OF(w + at);
                const edgeai_eight_floats upper = EDGEAI_EIGHT_OF(u + at);
                a += lower * *x0;
                b += upper * *x0++;
                c += lower * *x1;
                d += upper * *x1++;
                e += lower * *x2;
                f += upper * *x2++;
                g += lower * *x3;
                h += upper * *x3++;
            }
        }
        at += reach->left_out * EDGEAI_LANES;
    }
    EDGEAI_EIGHT(sums) = a;
    EDGEAI_EIGHT(sums + EDGEAI_LANES) = b;
    EDGEAI_EIGHT(sums + step) = c;
    EDGEAI_EIGHT(sums + step + EDGEAI_LANES) = d;
    EDGEAI_EIGHT(sums + 2 * step) = e;
    EDGEAI_EIGHT(sums + 2 * step + EDGEAI_LANES) = f;
    EDGEAI_EIGHT(sums + 3 * step) = g;
    EDGEAI_EIGHT(sums + 3 * step + EDGEAI_LANES) = h;
}
#endif

/* The same for the first of count channels, whose weights are depth floats deep; tells how many lanes have been summed. */
static inline int32_t edgeai_sum_four_f32(
    float *sums, int32_t step, const float *x, const float *w, int32_t count, int32_t depth, const edgeai_reach_f32 *reach)
{
    const int32_t lanes = edgeai_lanes_of(count);
#if EDGEAI_HAS_LANES
#if defined(__AVX__)
    if (count > EDGEAI_LANES + EDGEAI_HALF_LANES) {
        edgeai_sum_four_by_sixteen_f32(sums, step, x, w, w + EDGEAI_LANES * depth, reach);
        return 2 * EDGEAI_LANES;
    }
#endif
    if (lanes == EDGEAI_LANES) {
        const edgeai_eight_floats zeros = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
        edgeai_eight_floats a = zeros, b = zeros, c = zeros, d = zeros;
        w += reach->first * EDGEAI_LANES;
        for (int32_t line = 0; line < reach->lines; line++) {
            for (int32_t run = 0; run < reach->runs; run++) {
                const float *x0 = x + line * reach->line_step + run * reach->run_step;
                const float *x1 = x0 + reach->row_step;
                const float *x2 = x1 + reach->row_step;
                const float *x3 = x2 + reach->row_step;
                for (const float *const end = x0 + reach->count; x0 != end; w += EDGEAI_LANES) {
                    const edgeai_eight_floats weights = EDGEAI_EIGHT_OF(w);
                    a += weights * *x0++;
                    b += weights * *x1++;
                    c += weights * *x2++;
                    d += weights * *x3++;
                }
            }
            w += reach->left_out * EDGEAI_LANES;
        }
        EDGEAI_EIGHT(sums) = a;
        EDGEAI_EIGHT(sums + step) = b;
        EDGEAI_EIGHT(sums + 2 * step) = c;
        EDGEAI_EIGHT(sums + 3 * step) = d;
        return lanes;
    }
#endif
    (void)depth;
    for (int32_t lane = 0; lane < lanes; lane += EDGEAI_HALF_LANES) {
        edgeai_sum_four_by_four_f32(sums + lane, step, x, w + lane, lanes, reach);
    }
    return lanes;
}

/* The same for one row. */
static inline int32_t edgeai_sum_one_f32(float *sums, const float *x, const float *w, int32_t count, const edgeai_reach_f32 *reach)
{
    const int32_t lanes = edgeai_lanes_of(count);
#if EDGEAI_HAS_LANES
    const edgeai_four_floats zeros = {0.0f, 0.0f, 0.0f, 0.0f};
    edgeai_four_floats lower = zeros, upper = zeros;
#else
    float s0 = 0.0f, s1 = 0.0f, s2 = 0.0f, s3 = 0.0f, s4 = 0.0f, s5 = 0.0f, s6 = 0.0f, s7 = 0.0f;
#endif
    const int32_t upper_half = lanes - EDGEAI_HALF_LANES; /* of a half block: the lower one again */
    w += reach->first * lanes;
    for (int32_t line = 0; line < reach->lines; line++) {
        for (int32_t run = 0; run < reach->runs; run++) {
            const float *place = x + line * reach->line_step + run * reach->run_step;
            for (const float *const end = place + reach->count; place != end; w += lanes) {
                const float v = *place++;
#if EDGEAI_HAS_LANES
                lower += EDGEAI_FOUR_OF(w) * v;
                upper += EDGEAI_FOUR_OF(w + upper_half) * v;
#else
                const float *const u = w + upper_half;
                s0 += v * w[0];
                s1 += v * w[1];
                s2 += v * w[2];
                s3 += v * w[3];
                s4 += v * u[0];
                s5 += v * u[1];
                s6 += v * u[2];
                s7 += v * u[3];
#endif
            }
        }
        w += reach->left_out * lanes;
    }
#if EDGEAI_HAS_LANES
    EDGEAI_FOUR(sums) = lower;
    EDGEAI_FOUR(sums + upper_half) = upper;
#else
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums += upper_half;
    sums[0] = s4;
    sums[1] = s5;
    sums[2] = s6;
    sums[3] = s7;
#endif
    return lanes;
}

/* The first count results of a row: with the bias, if there is one, and limited. */
static inline void edgeai_finish_lanes_f32(
    float *y, const float *sums, const float *bias, int32_t count, float minimum, float maximum)
{
    int32_t i = 0;
#if EDGEAI_HAS_LANES
    /* As edgeai_clamp_f32, without branches. */
    const edgeai_eight_floats low = {minimum, minimum, minimum, minimum, minimum, minimum, minimum, minimum};
    const edgeai_eight_floats high = {maximum, maximum, maximum, maximum, maximum, maximum, maximum, maximum};
    for (; i + EDGEAI_LANES <= count; i += EDGEAI_LANES) {
        edgeai_eight_floats sum = EDGEAI_EIGHT_OF(sums + i);
        if (bias != NULL) {
            sum += EDGEAI_EIGHT_OF(bias + i);
        }
        const edgeai_eight_words above = sum > high;
        const edgeai_eight_words below = sum < low;
        sum = (edgeai_eight_floats)(((edgeai_eight_words)high & above) | ((edgeai_eight_words)sum & ~above));
        sum = (edgeai_eight_floats)(((edgeai_eight_words)low & below) | ((edgeai_eight_words)sum & ~below));
        EDGEAI_EIGHT(y + i) = sum;
    }
#endif
    for (; i < count; i++) {
        const float sum = bias != NULL ? sums[i] + bias[i] : sums[i];
        y[i] = edgeai_clamp_f32(sum, minimum, maximum);
    }
}

#ifdef __cplusplus
}
#endif

#endif
