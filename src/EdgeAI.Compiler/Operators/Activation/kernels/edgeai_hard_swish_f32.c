#include "edgeai_hard_swish_f32.h"

void edgeai_hard_swish_f32(const edgeai_hard_swish_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = value * (value < -3.0f ? 0.0f : value > 3.0f ? 6.0f : value + 3.0f) / 6.0f;
    }
}
