#include "edgeai_thresholded_relu_f32.h"

void edgeai_thresholded_relu_f32(const edgeai_thresholded_relu_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = value > p->alpha ? value : 0.0f;
    }
}
