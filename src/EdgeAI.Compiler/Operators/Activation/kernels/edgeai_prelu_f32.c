#include "edgeai_prelu_f32.h"

void edgeai_prelu_f32(const edgeai_prelu_f32_params *p, const float *a, const float *b, float *result)
{
    const int32_t count = p->shape.extents[0];
    const int32_t step_a = p->shape.strides_a[0];
    const int32_t step_b = p->shape.strides_b[0];
    edgeai_broadcast_place place = {0, 0, {0}};
    do {
        const float *run_a = a + place.a;
        const float *run_b = b + place.b;
        for (int32_t i = 0; i < count; i++) {
            const float value = *run_a;
            result[i] = value >= 0.0f ? value : value * *run_b;
            run_a += step_a;
            run_b += step_b;
        }
        result += count;
    } while (edgeai_broadcast_next(&p->shape, &place));
}
