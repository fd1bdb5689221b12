#include "edgeai_clamp_f32.h"

void edgeai_clamp_f32(const edgeai_clamp_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value;
    }
}
