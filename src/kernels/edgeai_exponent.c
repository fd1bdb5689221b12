#include "edgeai_exponent.h"

#include "edgeai_requantize.h"

/* e^x of a Q0.31 number in [-1/4, 0): the series around -1/8 up to the fourth power. */
static int32_t exp_above_minus_quarter(int32_t x)
{
    const int32_t exp_of_minus_eighth = 1895147668;
    const int32_t third = 715827883;
    const int32_t a = x + ((int32_t)1 << 28);
    const int32_t a2 = edgeai_multiply_high(a, a);
    const int32_t a3 = edgeai_multiply_high(a2, a);
    const int32_t a4 = edgeai_multiply_high(a2, a2);
    const int32_t a4_over_4 = edgeai_rounding_shift_right(a4, 2);
    const int32_t tail = edgeai_rounding_shift_right(edgeai_multiply_high(a4_over_4 + a3, third) + a2, 1);
    return exp_of_minus_eighth + edgeai_multiply_high(exp_of_minus_eighth, a + tail);
}

/* e^x of a Q5.26 number that is not positive, in Q0.31; 1 is INT32_MAX. */
int32_t edgeai_exp_of_negative(int32_t x)
{
    /* e^(-1/4), e^(-1/2), e^(-1), ... e^(-16) in Q0.31 */
    static const int32_t powers[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t quarter = (int32_t)1 << 24;
    if (x == 0) {
        return INT32_MAX;
    }
    const int32_t remainder = (x & (quarter - 1)) - quarter;
    const int32_t bits = remainder - x;
    int32_t result = exp_above_minus_quarter(edgeai_shift_left(remainder, 5));
    for (int32_t i = 0; i < 7; i++) {
        if (bits & (quarter << i)) {
            result = edgeai_multiply_high(result, powers[i]);
        }
    }
    return result;
}

static int32_t saturating_shift_left(int32_t x, int32_t bits)
{
    const int64_t wide = (int64_t)x * ((int64_t)1 << bits);
    return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* 1 / (1 + x) of a Q0.31 number in [0, 1), in Q0.31: Newton's method on half of 1 + x. */
int32_t edgeai_reciprocal_of_one_plus(int32_t x)
{
    const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t estimate = 1515870810 + edgeai_multiply_high(half, -1010580540); /* 48/17 - 32/17 * half in Q2.29 */
    for (int32_t step = 0; step < 3; step++) {
        const int32_t error = ((int32_t)1 << 29) - edgeai_multiply_high(half, estimate);
        estimate += saturating_shift_left(edgeai_multiply_high(estimate, error), 2);
    }
    return saturating_shift_left(estimate, 1);
}
