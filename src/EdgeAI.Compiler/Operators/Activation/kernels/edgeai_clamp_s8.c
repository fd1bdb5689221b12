#include "edgeai_clamp_s8.h"

void edgeai_clamp_s8(const edgeai_clamp_s8_params *p, const int8_t *x, int8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t value = x[i];
        result[i] = (int8_t)(value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value);
    }
}
