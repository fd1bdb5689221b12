#include "edgeai_l2_normalization_s8.h"

#include "edgeai_requantize.h"

static int32_t shift_left_saturating(int32_t x, int32_t exponent)
{
    const int32_t threshold = (int32_t)(((uint32_t)1 << (31 - exponent)) - 1u);
    return x > threshold ? INT32_MAX : x < -threshold ? INT32_MIN : edgeai_shift_left(x, exponent);
}

/* 1 / sqrt(value) as multiplier * 2^(shift - 31), by five Newton-Raphson steps on numbers of 3 integer bits. */
static int32_t reciprocal_square_root(int32_t value, int32_t *shift)
{
    int32_t right = 11;
    if (value <= 1) {
        *shift = 0;
        return INT32_MAX;
    }
    while (value >= (int32_t)1 << 29) {
        value /= 4;
        right++;
    }
    while (value < (int32_t)1 << 27) {
        value *= 4;
        right--;
    }
    const int32_t half = edgeai_rounding_shift_right(value >> 1, 1);
    const int32_t three_halves = ((int32_t)1 << 28) + ((int32_t)1 << 27);
    int32_t x = (int32_t)1 << 28;
    for (int32_t i = 0; i < 5; i++) {
        const int32_t cube = shift_left_saturating(edgeai_multiply_high(edgeai_multiply_high(x, x), x), 6);
        x = shift_left_saturating(edgeai_add(edgeai_multiply_high(three_halves, x), -edgeai_multiply_high(half, cube)), 3);
    }
    x = edgeai_multiply_high(x, 1518500250);
    *shift = right < 0 ? 0 : -right;
    return right < 0 ? edgeai_shift_left(x, -right) : x;
}

void edgeai_l2_normalization_s8(const edgeai_l2_normalization_s8_params *p, const int8_t *x, int8_t *result)
{
    for (int32_t row = 0; row < p->rows; row++) {
        uint32_t squares = 0;
        int32_t shift;
        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t value = x[i] - p->zero_point;
            squares += (uint32_t)(value * value);
        }
        const int32_t multiplier = reciprocal_square_root((int32_t)squares, &shift);
        for (int32_t i = 0; i < p->depth; i++) {
            result[i] = (int8_t)edgeai_clamp(edgeai_requantize(x[i] - p->zero_point, multiplier, shift + 7), -128, 127);
        }
        x += p->depth;
        result += p->depth;
    }
}
