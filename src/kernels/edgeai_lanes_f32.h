/* Sums of products of floats for several result channels side by side, each in one accumulator that starts at 0, in ascending order of depth.
 * Weights hold, for every eight channels, eight values for each depth index, and four for the last channels where these are four or fewer;
 * values behind the last channel are zero. */
#ifndef EDGEAI_LANES_F32_H
#define EDGEAI_LANES_F32_H

#include <stddef.h>
#include <stdint.h>

#include "edgeai_float_vectors.h"
#include "edgeai_reach_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_LANES 8
#define EDGEAI_HALF_LANES 4

/* How many rows of the operand, each for a row of results, are summed at a time. */
#define EDGEAI_LANE_ROWS 4

/* How many lanes the first block of count channels has. */
static inline int32_t edgeai_lanes_of(int32_t count)
{
    return count > EDGEAI_HALF_LANES ? EDGEAI_LANES : EDGEAI_HALF_LANES;
}

/* sums[row * step + c] for four rows and the four channels whose weights begin at w and lie lanes floats apart. */
static inline void edgeai_sum_four_by_four_f32(
    float *sums, int32_t step, const float *x, const float *w, int32_t lanes, const edgeai_reach_f32 *reach)
{
    float a0 = 0.0f, a1 = 0.0f, a2 = 0.0f, a3 = 0.0f, b0 = 0.0f, b1 = 0.0f, b2 = 0.0f, b3 = 0.0f;
    float c0 = 0.0f, c1 = 0.0f, c2 = 0.0f, c3 = 0.0f, d0 = 0.0f, d1 = 0.0f, d2 = 0.0f, d3 = 0.0f;
    w += reach->first * lanes;
    int32_t begin = 0;
    for (int32_t line = 0; line < reach->lines; line++) {
        int32_t at = begin;
        for (int32_t run = 0; run < reach->runs; run++) {
            const float *x0 = x + at;
            const float *x1 = x0 + reach->row_step;
            const float *x2 = x1 + reach->row_step;
            const float *x3 = x2 + reach->row_step;
            for (const float *const end = x0 + reach->count; x0 != end; w += lanes) {
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
            }
            at += reach->run_step;
            w += reach->between * lanes;
        }
        begin += reach->line_step;
        w += reach->left_out * lanes;
    }
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
}


/* The same for the first block of count channels; tells how many lanes have been summed. */
static inline int32_t edgeai_sum_four_f32(
    float *sums, int32_t step, const float *x, const float *w, int32_t count, const edgeai_reach_f32 *reach)
{
    const int32_t lanes = edgeai_lanes_of(count);
    for (int32_t lane = 0; lane < lanes; lane += EDGEAI_HALF_LANES) {
        edgeai_sum_four_by_four_f32(sums + lane, step, x, w + lane, lanes, reach);
    }
    return lanes;
}

/* The same for one row. */
static inline int32_t edgeai_sum_one_f32(float *sums, const float *x, const float *w, int32_t count, const edgeai_reach_f32 *reach)
{
    const int32_t lanes = edgeai_lanes_of(count);
    float s0 = 0.0f, s1 = 0.0f, s2 = 0.0f, s3 = 0.0f, s4 = 0.0f, s5 = 0.0f, s6 = 0.0f, s7 = 0.0f;
    const int32_t upper_half = lanes - EDGEAI_HALF_LANES; /* of a half block: the lower one again */
    w += reach->first * lanes;
    int32_t begin = 0;
    for (int32_t line = 0; line < reach->lines; line++) {
        int32_t at = begin;
        for (int32_t run = 0; run < reach->runs; run++) {
            const float *u = x + at;
            for (const float *const end = u + reach->count; u != end; w += lanes) {
                const float v = *u++;
                const float *const upper = w + upper_half;
                s0 += v * w[0];
                s1 += v * w[1];
                s2 += v * w[2];
                s3 += v * w[3];
                s4 += v * upper[0];
                s5 += v * upper[1];
                s6 += v * upper[2];
                s7 += v * upper[3];
            }
            at += reach->run_step;
            w += reach->between * lanes;
        }
        begin += reach->line_step;
        w += reach->left_out * lanes;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums += upper_half;
    sums[0] = s4;
    sums[1] = s5;
    sums[2] = s6;
    sums[3] = s7;
    return lanes;
}

#ifdef __cplusplus
}
#endif

#endif
