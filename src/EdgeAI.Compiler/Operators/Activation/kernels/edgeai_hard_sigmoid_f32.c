#include "edgeai_hard_sigmoid_f32.h"

void edgeai_hard_sigmoid_f32(const edgeai_hard_sigmoid_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        const float line = p->alpha * value + p->beta;
        result[i] = line < 0.0f ? 0.0f : line > 1.0f ? 1.0f : line;
    }
}
