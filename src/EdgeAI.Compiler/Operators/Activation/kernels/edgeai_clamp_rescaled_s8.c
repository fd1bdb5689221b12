#include "edgeai_clamp_rescaled_s8.h"

#include "edgeai_requantize.h"

void edgeai_clamp_rescaled_s8(const edgeai_clamp_rescaled_s8_params *p, const int8_t *x, int8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t value = edgeai_add(edgeai_requantize(x[i] - p->zero_point_x, p->multiplier, p->shift), p->zero_point);
        result[i] = (int8_t)(value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value);
    }
}
