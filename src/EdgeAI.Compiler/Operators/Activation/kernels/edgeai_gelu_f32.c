#include "edgeai_gelu_f32.h"

#include <math.h>

void edgeai_gelu_f32(const edgeai_gelu_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = 0.5f * value * (1.0f + erff(value * 0.70710678f));
    }
}
