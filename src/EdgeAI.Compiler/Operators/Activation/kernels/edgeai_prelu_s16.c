#include "edgeai_prelu_s16.h"

#include "edgeai_requantize.h"

void edgeai_prelu_s16(const edgeai_prelu_s16_params *p, const int16_t *a, const int16_t *b, int16_t *result)
{
    const int32_t count = p->shape.extents[0];
    const int32_t step_a = p->shape.strides_a[0];
    const int32_t step_b = p->shape.strides_b[0];
    edgeai_broadcast_place place = {0, 0, {0}};
    do {
        const int16_t *run_a = a + place.a;
        const int16_t *run_b = b + place.b;
        for (int32_t i = 0; i < count; i++) {
            const int32_t x = *run_a - p->zero_point_x;
            const int32_t scaled = x >= 0 ? edgeai_requantize(x, p->multiplier_above, p->shift_above)
                                          : edgeai_requantize(x * (*run_b - p->zero_point_slope), p->multiplier_below, p->shift_below);
            const int32_t value = edgeai_add(scaled, p->zero_point);
            result[i] = (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
            run_a += step_a;
            run_b += step_b;
        }
        result += count;
    } while (edgeai_broadcast_next(&p->shape, &place));
}
