/* Fixed-point arithmetic of quantized operators, as TensorFlow Lite defines it: a real factor is
 * multiplier * 2^(shift - 31) with multiplier in [2^30, 2^31); products are rounded twice.
 * Sums wrap at 32 bits, so they are kept in uint32_t. A right shift of a negative integer is arithmetic
 * on every compiler this code is built with. */
#ifndef EDGEAI_REQUANTIZE_H
#define EDGEAI_REQUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* round(a * b / 2^31), half up; the one overflow saturates. */
static inline int32_t edgeai_multiply_high(int32_t a, int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN) {
        return INT32_MAX;
    }
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* round(x / 2^exponent), half away from zero; exponent in [0, 31]. */
static inline int32_t edgeai_rounding_shift_right(int32_t x, int32_t exponent)
{
    const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1u);
    const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/* x * 2^exponent modulo 2^32; exponent in [0, 31]. */
static inline int32_t edgeai_shift_left(int32_t x, int32_t exponent)
{
    return (int32_t)((uint32_t)x << exponent);
}

/* a + b modulo 2^32. */
static inline int32_t edgeai_add(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* x * multiplier * 2^(shift - 31); shift in [-31, 30], multiplier not negative. */
static inline int32_t edgeai_requantize(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t left = shift > 0 ? shift : 0;
    const int32_t right = shift > 0 ? 0 : -shift;
    const int64_t product = (int64_t)edgeai_shift_left(x, left) * multiplier;
    return edgeai_rounding_shift_right((int32_t)((product + ((int64_t)1 << 30)) >> 31), right);
}

/* x * multiplier * 2^(shift - 31) with one rounding, half up; shift in [-31, 30], multiplier not negative. */
static inline int32_t edgeai_requantize_once(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t right = 31 - shift;
    return (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << (right - 1))) >> right);
}

/* x * multiplier * 2^(shift - 31) with one rounding and a multiplier of 16 bits; |x| below 2^47, shift in [-31, 14], multiplier not negative. */
static inline int32_t edgeai_requantize_wide(int64_t x, int32_t multiplier, int32_t shift)
{
    const int32_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
    const int32_t right = 15 - (shift < 14 ? shift : 14);
    return (int32_t)((x * reduced + ((int64_t)1 << (right - 1))) >> right);
}

static inline int32_t edgeai_clamp(int32_t x, int32_t minimum, int32_t maximum)
{
    return x < minimum ? minimum : x > maximum ? maximum : x;
}

static inline float edgeai_clamp_f32(float x, float minimum, float maximum)
{
    return x < minimum ? minimum : x > maximum ? maximum : x;
}

#ifdef __cplusplus
}
#endif

#endif
