#include "edgeai_softmax_s8.h"

#include "edgeai_exponent.h"
#include "edgeai_requantize.h"

void edgeai_softmax_s8(const edgeai_softmax_s8_params *p, const int8_t *x, int8_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        int32_t maximum = INT8_MIN;
        uint32_t sum = 0; /* Q12.19; the maximum itself adds 1, so never 0 */
        for (int32_t i = 0; i < p->depth; i++) {
            maximum = x[i] > maximum ? x[i] : maximum;
        }
        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t difference = x[i] - maximum;
            if (difference >= p->lowest_difference) {
                const int32_t e = edgeai_exp_of_negative(edgeai_requantize(difference, p->multiplier, p->shift));
                sum += (uint32_t)edgeai_rounding_shift_right(e, 12);
            }
        }
        const int32_t headroom = edgeai_leading_zeros(sum);
        const int32_t reciprocal = edgeai_reciprocal_of_one_plus((int32_t)((sum << headroom) - 0x80000000u));
        const int32_t exponent = 12 - headroom + 31 - 8;
        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t difference = x[i] - maximum;
            int32_t value = INT8_MIN;
            /* past 31 every share rounds to 0 */
            if (difference >= p->lowest_difference && exponent <= 31) {
                const int32_t e = edgeai_exp_of_negative(edgeai_requantize(difference, p->multiplier, p->shift));
                value += edgeai_rounding_shift_right(edgeai_multiply_high(reciprocal, e), exponent);
            }
            y[i] = (int8_t)edgeai_clamp(value, INT8_MIN, INT8_MAX);
        }
        x += p->depth;
        y += p->depth;
    }
}
