#include "edgeai_clamp_rescaled_s16.h"

#include "edgeai_requantize.h"

void edgeai_clamp_rescaled_s16(const edgeai_clamp_rescaled_s16_params *p, const int16_t *x, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t value = edgeai_add(edgeai_requantize(x[i] - p->zero_point_x, p->multiplier, p->shift), p->zero_point);
        result[i] = (int16_t)(value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value);
    }
}
