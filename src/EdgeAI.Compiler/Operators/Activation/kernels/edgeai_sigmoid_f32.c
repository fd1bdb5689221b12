#include "edgeai_sigmoid_f32.h"

#include <math.h>

void edgeai_sigmoid_f32(const edgeai_sigmoid_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = 1.0f / (1.0f + expf(-value));
    }
}
