#include "edgeai_softplus_f32.h"

#include <math.h>

void edgeai_softplus_f32(const edgeai_softplus_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = value > 0.0f ? value + log1pf(expf(-value)) : log1pf(expf(value));
    }
}
