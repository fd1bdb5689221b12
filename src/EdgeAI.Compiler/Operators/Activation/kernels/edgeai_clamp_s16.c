#include "edgeai_clamp_s16.h"

void edgeai_clamp_s16(const edgeai_clamp_s16_params *p, const int16_t *x, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t value = x[i];
        result[i] = (int16_t)(value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value);
    }
}
