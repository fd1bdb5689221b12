#include "edgeai_round_float.h"

#include <math.h>

void edgeai_round_float(const edgeai_round_float_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        float rounded = fabsf(value);
        if (isnan(value)) {
            result[i] = p->has_nan != 0 ? value : -0.0f;
            continue;
        }
        if (!isinf(value)) {
            int exponent = 0;
            (void)frexpf(rounded, &exponent);
            exponent = exponent - 1 < p->lowest_exponent || rounded <= 0.0f ? p->lowest_exponent : exponent - 1;
            /* Half to even whatever the rounding mode is. */
            const float scaled = ldexpf(rounded, (int)p->mantissa_bits - exponent);
            const float whole = floorf(scaled);
            const float rest = scaled - whole;
            const int is_odd = fmodf(whole, 2.0f) > 0.5f;
            rounded = ldexpf(whole + (rest > 0.5f || (rest >= 0.5f && is_odd) ? 1.0f : 0.0f), exponent - (int)p->mantissa_bits);
        }
        if (rounded > p->largest) {
            rounded = p->overflow == 0 ? p->largest : p->overflow == 1 ? INFINITY : NAN;
        }
        result[i] = rounded <= 0.0f && p->has_negative_zero == 0 ? 0.0f : copysignf(rounded, value);
    }
}
