#include "edgeai_leaky_relu_s16.h"

#include "edgeai_requantize.h"

void edgeai_leaky_relu_s16(const edgeai_leaky_relu_s16_params *p, const int16_t *x, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t steps = x[i] - p->zero_point_x;
        const int32_t value = steps >= 0
            ? edgeai_requantize(steps, p->multiplier_above, p->shift_above)
            : edgeai_requantize(steps, p->multiplier_below, p->shift_below) * p->sign_below;
        result[i] = (int16_t)edgeai_clamp(edgeai_add(value, p->zero_point), INT16_MIN, INT16_MAX);
    }
}
