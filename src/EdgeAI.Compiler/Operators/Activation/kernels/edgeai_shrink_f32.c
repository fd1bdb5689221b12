#include "edgeai_shrink_f32.h"

void edgeai_shrink_f32(const edgeai_shrink_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = value < -p->alpha ? value + p->beta : value > p->alpha ? value - p->beta : 0.0f;
    }
}
