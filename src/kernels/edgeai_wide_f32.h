/* Sums of products of floats for machines with many vector registers, sixteen result channels and up to eight rows of the operand at a time, each sum in one
 * accumulator that starts at 0, in ascending order of depth. Weights hold, for every block of sixteen channels, sixteen values for each depth
 * index; the last block has sixteen, eight or four, the fewest that hold its channels; values behind the last channel are zero. */
#ifndef EDGEAI_WIDE_F32_H
#define EDGEAI_WIDE_F32_H

#include <stddef.h>
#include <stdint.h>

#include "edgeai_float_vectors.h"
#include "edgeai_reach_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_WIDE_LANES 16

/* How many rows of the operand, each for a row of results, are summed at a time. */
#define EDGEAI_WIDE_ROWS 8

/* The most lanes that are summed for a row by itself. */
#define EDGEAI_WIDE_ROW_LANES 64

/* How many lanes the first block of count channels has. */
static inline int32_t edgeai_wide_lanes_of(int32_t count)
{
    return count > 8 ? 16 : count > 4 ? 8 : 4;
}

#if EDGEAI_HAS_VECTORS
/* Defines the sums of eight rows with one vector of weights for each depth index, lanes floats apart; sums are EDGEAI_WIDE_LANES apart. */
#define EDGEAI_DEFINE_EIGHT_ROWS(name, vector) \
    static inline void name(float *sums, const float *x, const float *w, int32_t lanes, const edgeai_reach_f32 *reach) \
    { \
        const ptrdiff_t step = reach->row_step; \
        vector a = {0.0f}, b = {0.0f}, c = {0.0f}, d = {0.0f}, e = {0.0f}, f = {0.0f}, g = {0.0f}, h = {0.0f}; \
        w += reach->first * lanes; \
        int32_t begin = 0; \
        for (int32_t line = 0; line < reach->lines; line++) { \
            int32_t at = begin; \
            for (int32_t run = 0; run < reach->runs; run++) { \
                const float *u = x + at; \
                const float *v = u + 3 * step; \
                const float *t = v + 3 * step; \
                for (const float *const end = u + reach->count; u != end; u++, v++, t++, w += lanes) { \
                    const vector weights = EDGEAI_VECTOR_OF(vector, w); \
                    a += weights * u[0]; \
                    b += weights * u[step]; \
                    c += weights * u[2 * step]; \
                    d += weights * v[0]; \
                    e += weights * v[step]; \
                    f += weights * v[2 * step]; \
                    g += weights * t[0]; \
                    h += weights * t[step]; \
                } \
                at += reach->run_step; \
                w += reach->between * lanes; \
            } \
            begin += reach->line_step; \
            w += reach->left_out * lanes; \
        } \
        EDGEAI_VECTOR_AT(vector, sums) = a; \
        EDGEAI_VECTOR_AT(vector, sums + EDGEAI_WIDE_LANES) = b; \
        EDGEAI_VECTOR_AT(vector, sums + 2 * EDGEAI_WIDE_LANES) = c; \
        EDGEAI_VECTOR_AT(vector, sums + 3 * EDGEAI_WIDE_LANES) = d; \
        EDGEAI_VECTOR_AT(vector, sums + 4 * EDGEAI_WIDE_LANES) = e; \
        EDGEAI_VECTOR_AT(vector, sums + 5 * EDGEAI_WIDE_LANES) = f; \
        EDGEAI_VECTOR_AT(vector, sums + 6 * EDGEAI_WIDE_LANES) = g; \
        EDGEAI_VECTOR_AT(vector, sums + 7 * EDGEAI_WIDE_LANES) = h; \
    }

/* Defines the sums of four rows with two vectors of weights, each of width floats, for each depth index. */
#define EDGEAI_DEFINE_FOUR_ROWS(name, vector, width) \
    static inline void name(float *sums, const float *x, const float *w, int32_t lanes, const edgeai_reach_f32 *reach) \
    { \
        const ptrdiff_t step = reach->row_step; \
        vector a = {0.0f}, b = {0.0f}, c = {0.0f}, d = {0.0f}, e = {0.0f}, f = {0.0f}, g = {0.0f}, h = {0.0f}; \
        w += reach->first * lanes; \
        int32_t begin = 0; \
        for (int32_t line = 0; line < reach->lines; line++) { \
            int32_t at = begin; \
            for (int32_t run = 0; run < reach->runs; run++) { \
                const float *u = x + at; \
                const float *v = u + 2 * step; \
                for (const float *const end = u + reach->count; u != end; u++, v++, w += lanes) { \
                    const vector lower = EDGEAI_VECTOR_OF(vector, w); \
                    const vector upper = EDGEAI_VECTOR_OF(vector, w + (width)); \
                    a += lower * u[0]; \
                    b += upper * u[0]; \
                    c += lower * u[step]; \
                    d += upper * u[step]; \
                    e += lower * v[0]; \
                    f += upper * v[0]; \
                    g += lower * v[step]; \
                    h += upper * v[step]; \
                } \
                at += reach->run_step; \
                w += reach->between * lanes; \
            } \
            begin += reach->line_step; \
            w += reach->left_out * lanes; \
        } \
        EDGEAI_VECTOR_AT(vector, sums) = a; \
        EDGEAI_VECTOR_AT(vector, sums + (width)) = b; \
        EDGEAI_VECTOR_AT(vector, sums + EDGEAI_WIDE_LANES) = c; \
        EDGEAI_VECTOR_AT(vector, sums + EDGEAI_WIDE_LANES + (width)) = d; \
        EDGEAI_VECTOR_AT(vector, sums + 2 * EDGEAI_WIDE_LANES) = e; \
        EDGEAI_VECTOR_AT(vector, sums + 2 * EDGEAI_WIDE_LANES + (width)) = f; \
        EDGEAI_VECTOR_AT(vector, sums + 3 * EDGEAI_WIDE_LANES) = g; \
        EDGEAI_VECTOR_AT(vector, sums + 3 * EDGEAI_WIDE_LANES + (width)) = h; \
    }

/* Defines the sums of one row for total lanes, four vectors of width floats at the most: where these are more than the lanes of a block, they stand in
 * the blocks that follow. Vectors that would lie behind the last lane sum the first again. */
#define EDGEAI_DEFINE_ONE_ROW(name, vector, width) \
    static inline void name( \
        float *sums, int32_t total, const float *x, const float *w, int32_t lanes, int32_t depth, const edgeai_reach_f32 *reach) \
    { \
        const int32_t second = (width) < total ? (width) : 0; \
        const int32_t third = 2 * (width) < total ? 2 * (width) : 0; \
        const int32_t fourth = 3 * (width) < total ? 3 * (width) : 0; \
        vector a = {0.0f}, b = {0.0f}, c = {0.0f}, d = {0.0f}; \
        w += reach->first * lanes; \
        const float *w1 = w + second / lanes * lanes * depth + second % lanes; \
        const float *w2 = w + third / lanes * lanes * depth + third % lanes; \
        const float *w3 = w + fourth / lanes * lanes * depth + fourth % lanes; \
        int32_t begin = 0; \
        for (int32_t line = 0; line < reach->lines; line++) { \
            int32_t at = begin; \
            for (int32_t run = 0; run < reach->runs; run++) { \
                const float *u = x + at; \
                for (const float *const end = u + reach->count; u != end; u++) { \
                    a += EDGEAI_VECTOR_OF(vector, w) * *u; \
                    b += EDGEAI_VECTOR_OF(vector, w1) * *u; \
                    c += EDGEAI_VECTOR_OF(vector, w2) * *u; \
                    d += EDGEAI_VECTOR_OF(vector, w3) * *u; \
                    w += lanes; \
                    w1 += lanes; \
                    w2 += lanes; \
                    w3 += lanes; \
                } \
                at += reach->run_step; \
                w += reach->between * lanes; \
                w1 += reach->between * lanes; \
                w2 += reach->between * lanes; \
                w3 += reach->between * lanes; \
            } \
            begin += reach->line_step; \
            w += reach->left_out * lanes; \
            w1 += reach->left_out * lanes; \
            w2 += reach->left_out * lanes; \
            w3 += reach->left_out * lanes; \
        } \
        EDGEAI_VECTOR_AT(vector, sums) = a; \
        EDGEAI_VECTOR_AT(vector, sums + second) = b; \
        EDGEAI_VECTOR_AT(vector, sums + third) = c; \
        EDGEAI_VECTOR_AT(vector, sums + fourth) = d; \
    }

EDGEAI_DEFINE_EIGHT_ROWS(edgeai_eight_rows_by_four_f32, edgeai_four_floats)
EDGEAI_DEFINE_FOUR_ROWS(edgeai_four_rows_by_eight_f32, edgeai_four_floats, 4)
EDGEAI_DEFINE_ONE_ROW(edgeai_one_row_by_fours_f32, edgeai_four_floats, 4)
EDGEAI_DEFINE_ONE_ROW(edgeai_one_row_by_widest_f32, edgeai_widest_floats, EDGEAI_WIDEST)
#if EDGEAI_WIDEST > 4
EDGEAI_DEFINE_EIGHT_ROWS(edgeai_eight_rows_by_eight_f32, edgeai_eight_floats)
EDGEAI_DEFINE_FOUR_ROWS(edgeai_four_rows_by_sixteen_f32, edgeai_eight_floats, 8)
#endif
#if EDGEAI_WIDEST > 8
EDGEAI_DEFINE_EIGHT_ROWS(edgeai_eight_rows_by_sixteen_f32, edgeai_sixteen_floats)
#endif

/* The sums of a row for the first of count channels, whose weights are depth indices deep; tells for how many. */
static inline int32_t edgeai_wide_row_f32(float *sums, const float *x, const float *w, int32_t count, int32_t depth, const edgeai_reach_f32 *reach)
{
    const int32_t lanes = edgeai_wide_lanes_of(count);
    if (lanes < EDGEAI_WIDE_LANES) {
        edgeai_one_row_by_fours_f32(sums, lanes, x, w, lanes, depth, reach);
        return lanes;
    }
    const int32_t whole = count % EDGEAI_WIDE_LANES > 8 ? count / EDGEAI_WIDE_LANES + 1 : count / EDGEAI_WIDE_LANES;
    const int32_t most = 4 * EDGEAI_WIDEST / EDGEAI_WIDE_LANES;
    const int32_t total = (whole < most ? whole : most) * EDGEAI_WIDE_LANES;
    edgeai_one_row_by_widest_f32(sums, total, x, w, lanes, depth, reach);
    return total;
}

/* sums[row * EDGEAI_WIDE_LANES + c] for four rows or eight, and the channels of the block of so many lanes at w. */
static inline void edgeai_wide_rows_f32(float *sums, int32_t rows, const float *x, const float *w, int32_t lanes, const edgeai_reach_f32 *reach)
{
    if (rows == EDGEAI_WIDE_ROWS && lanes == 4) {
        edgeai_eight_rows_by_four_f32(sums, x, w, lanes, reach);
        return;
    }
#if EDGEAI_WIDEST > 4
    if (rows == EDGEAI_WIDE_ROWS && lanes == 8) {
        edgeai_eight_rows_by_eight_f32(sums, x, w, lanes, reach);
        return;
    }
#endif
#if EDGEAI_WIDEST > 8
    if (rows == EDGEAI_WIDE_ROWS) {
        edgeai_eight_rows_by_sixteen_f32(sums, x, w, lanes, reach);
        return;
    }
#endif
    for (int32_t row = 0; row < rows; row += 4) {
        if (lanes == 4) {
            for (int32_t i = 0; i < 4; i++) {
                edgeai_one_row_by_fours_f32(sums + i * EDGEAI_WIDE_LANES, lanes, x + i * reach->row_step, w, lanes, 0, reach);
            }
#if EDGEAI_WIDEST > 4
        } else if (lanes == EDGEAI_WIDE_LANES) {
            edgeai_four_rows_by_sixteen_f32(sums, x, w, lanes, reach);
#endif
        } else {
            for (int32_t lane = 0; lane < lanes; lane += 8) {
                edgeai_four_rows_by_eight_f32(sums + lane, x, w + lane, lanes, reach);
            }
        }
        sums += 4 * EDGEAI_WIDE_LANES;
        x += 4 * reach->row_step;
    }
}
#else
static inline int32_t edgeai_wide_row_f32(float *sums, const float *x, const float *w, int32_t count, int32_t depth, const edgeai_reach_f32 *reach)
{
    const int32_t lanes = edgeai_wide_lanes_of(count);
    (void)depth;
    for (int32_t i = 0; i < lanes; i++) {
        sums[i] = 0.0f;
    }
    w += reach->first * lanes;
    int32_t begin = 0;
    for (int32_t line = 0; line < reach->lines; line++) {
        int32_t at = begin;
        for (int32_t run = 0; run < reach->runs; run++) {
            const float *u = x + at;
            for (const float *const end = u + reach->count; u != end; u++, w += lanes) {
                for (int32_t i = 0; i < lanes; i++) {
                    sums[i] += *u * w[i];
                }
            }
            at += reach->run_step;
            w += reach->between * lanes;
        }
        begin += reach->line_step;
        w += reach->left_out * lanes;
    }
    return lanes;
}

static inline void edgeai_wide_rows_f32(float *sums, int32_t rows, const float *x, const float *w, int32_t lanes, const edgeai_reach_f32 *reach)
{
    for (int32_t row = 0; row < rows; row++) {
        edgeai_wide_row_f32(sums + row * EDGEAI_WIDE_LANES, x + row * reach->row_step, w, lanes, 0, reach);
    }
}
#endif

#ifdef __cplusplus
}
#endif

#endif
