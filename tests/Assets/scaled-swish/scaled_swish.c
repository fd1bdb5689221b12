#include "scaled_swish.h"

#include <math.h>

static float swish(float x, float alpha)
{
    return x * (1.0f / (1.0f + expf(-(alpha * x))));
}

void scaled_swish_f32(const scaled_swish_f32_params *p, const float *x, float *y)
{
    for (int32_t i = 0; i < p->count; i++) {
        y[i] = swish(x[i], p->alpha);
    }
}

void scaled_swish_s8(const scaled_swish_s8_params *p, const int8_t *x, int8_t *y)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float real = p->input_scale * (float)(x[i] - p->input_zero_point);
        const float q = roundf(swish(real, p->alpha) / p->output_scale) + (float)p->output_zero_point;
        y[i] = (int8_t)(q < -128.0f ? -128.0f : q > 127.0f ? 127.0f : q);
    }
}
