/* Vectors of floats of the compiler's, where the machine has any: each lane is computed as a single float would be. */
#ifndef EDGEAI_FLOAT_VECTORS_H
#define EDGEAI_FLOAT_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "edgeai_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && (defined(__SSE2__) || defined(__aarch64__))
#define EDGEAI_HAS_VECTORS 1
typedef float edgeai_four_floats __attribute__((vector_size(16), aligned(4), may_alias));
typedef float edgeai_eight_floats __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t edgeai_four_words __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t edgeai_eight_words __attribute__((vector_size(32), aligned(4), may_alias));

/* The widest that the machine has registers for. */
#if defined(__AVX512F__)
#define EDGEAI_WIDEST 16
typedef float edgeai_sixteen_floats __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t edgeai_sixteen_words __attribute__((vector_size(64), aligned(4), may_alias));
typedef edgeai_sixteen_floats edgeai_widest_floats;
#elif defined(__AVX__)
#define EDGEAI_WIDEST 8
typedef edgeai_eight_floats edgeai_widest_floats;
#else
#define EDGEAI_WIDEST 4
typedef edgeai_four_floats edgeai_widest_floats;
#endif

#define EDGEAI_VECTOR_AT(vector, place) (*(vector *)(void *)(place))
#define EDGEAI_VECTOR_OF(vector, place) (*(const vector *)(const void *)(place))
#define EDGEAI_WIDEST_AT(place) EDGEAI_VECTOR_AT(edgeai_widest_floats, place)
#define EDGEAI_WIDEST_OF(place) EDGEAI_VECTOR_OF(edgeai_widest_floats, place)

/* Defines, for one vector type: the lanes of a where a mask is all ones, else those of b; edgeai_clamp_f32 of each lane; the results of as many
 * channels as there are lanes, as edgeai_finish_sums_f32 says. */
#define EDGEAI_DEFINE_VECTOR(lanes, vector, words) \
    static inline vector edgeai_choose_##lanes##_f32(words mask, vector a, vector b) \
    { \
        return (vector)(((words)a & mask) | ((words)b & ~mask)); \
    } \
    static inline vector edgeai_clamp_##lanes##_f32(vector x, float minimum, float maximum) \
    { \
        const vector zeros = {0.0f}; \
        const vector low = zeros + minimum; \
        const vector high = zeros + maximum; \
        x = edgeai_choose_##lanes##_f32(x < low, low, x); \
        return edgeai_choose_##lanes##_f32(x > high, high, x); \
    } \
    static inline void edgeai_finish_##lanes##_f32(float *y, const float *sums, const float *bias, float minimum, float maximum) \
    { \
        vector sum = EDGEAI_VECTOR_OF(vector, sums); \
        if (bias != NULL) { \
            sum += EDGEAI_VECTOR_OF(vector, bias); \
        } \
        EDGEAI_VECTOR_AT(vector, y) = edgeai_clamp_##lanes##_f32(sum, minimum, maximum); \
    }

EDGEAI_DEFINE_VECTOR(four, edgeai_four_floats, edgeai_four_words)
#if EDGEAI_WIDEST >= 8
EDGEAI_DEFINE_VECTOR(eight, edgeai_eight_floats, edgeai_eight_words)
#endif
#if EDGEAI_WIDEST >= 16
EDGEAI_DEFINE_VECTOR(sixteen, edgeai_sixteen_floats, edgeai_sixteen_words)

/* The first count floats at a place, sixteen at the most, and zeros behind them. */
static inline edgeai_sixteen_floats edgeai_first_floats(const float *place, int32_t count)
{
    return (edgeai_sixteen_floats)_mm512_maskz_loadu_ps((__mmask16)(count >= 16 ? 0xFFFFu : (1u << count) - 1u), place);
}

/* Writes the first count lanes. */
static inline void edgeai_put_first_floats(float *place, edgeai_sixteen_floats value, int32_t count)
{
    _mm512_mask_storeu_ps(place, (__mmask16)(count >= 16 ? 0xFFFFu : (1u << count) - 1u), (__m512)value);
}
#endif
#else
#define EDGEAI_HAS_VECTORS 0
#define EDGEAI_WIDEST 0
#endif

/* y[i] = the sum of a channel, with its bias, if there is one, and limited. */
static inline void edgeai_finish_sum_f32(float *y, const float *sums, const float *bias, int32_t i, float minimum, float maximum)
{
    y[i] = edgeai_clamp_f32(bias != NULL ? sums[i] + bias[i] : sums[i], minimum, maximum);
}

/* The same for count channels; sums can be read up to the next multiple of sixteen. */
static inline void edgeai_finish_sums_f32(float *y, const float *sums, const float *bias, int32_t count, float minimum, float maximum)
{
    int32_t i = 0;
#if EDGEAI_WIDEST >= 16
    for (; i < count; i += 16) {
        edgeai_sixteen_floats sum = EDGEAI_WIDEST_OF(sums + i);
        if (bias != NULL) {
            sum += edgeai_first_floats(bias + i, count - i);
        }
        edgeai_put_first_floats(y + i, edgeai_clamp_sixteen_f32(sum, minimum, maximum), count - i);
    }
#else
#if EDGEAI_WIDEST >= 8
    for (; i + 8 <= count; i += 8) {
        edgeai_finish_eight_f32(y + i, sums + i, bias != NULL ? bias + i : NULL, minimum, maximum);
    }
#endif
#if EDGEAI_HAS_VECTORS
    for (; i + 4 <= count; i += 4) {
        edgeai_finish_four_f32(y + i, sums + i, bias != NULL ? bias + i : NULL, minimum, maximum);
    }
#endif
    for (; i < count; i++) {
        edgeai_finish_sum_f32(y, sums, bias, i, minimum, maximum);
    }
#endif
}

#ifdef __cplusplus
}
#endif

#endif
