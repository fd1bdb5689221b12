#include "edgeai_minimum_s16.h"

void edgeai_minimum_s16(const edgeai_minimum_s16_params *p, const int16_t *a, const int16_t *b, int16_t *result)
{
    const int32_t count = p->shape.extents[0];
    const int32_t step_a = p->shape.strides_a[0];
    const int32_t step_b = p->shape.strides_b[0];
    edgeai_broadcast_place place = {0, 0, {0}};
    do {
        const int16_t *run_a = a + place.a;
        const int16_t *run_b = b + place.b;
        for (int32_t i = 0; i < count; i++) {
            const int32_t value = *run_a < *run_b ? *run_a : *run_b;
            result[i] = (int16_t)(value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value);
            run_a += step_a;
            run_b += step_b;
        }
        result += count;
    } while (edgeai_broadcast_next(&p->shape, &place));
}
