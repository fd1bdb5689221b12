#include "edgeai_leaky_relu_f32.h"

void edgeai_leaky_relu_f32(const edgeai_leaky_relu_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = value > 0.0f ? value : value * p->alpha;
    }
}
