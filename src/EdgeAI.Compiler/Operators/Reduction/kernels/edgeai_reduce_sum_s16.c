#include "edgeai_reduce_sum_s16.h"

#include "edgeai_requantize.h"

void edgeai_reduce_sum_s16(const edgeai_reduce_sum_s16_params *p, const int16_t *x, int16_t *result)
{
    const int32_t count = p->shape.reduced.extents[0];
    const int32_t step = p->shape.reduced.strides[0];
    const int none = edgeai_reduce_is_empty(&p->shape.reduced);
    int32_t kept[EDGEAI_REDUCE_AXES] = {0};
    int32_t start = 0;
    if (edgeai_reduce_is_empty(&p->shape.kept)) {
        return;
    }
    do {
        int32_t reduced[EDGEAI_REDUCE_AXES] = {0};
        int32_t place = start;
        int more = !none;
        uint32_t sum = 0;
        while (more) {
            for (int32_t i = 0; i < count; i++) {
                const int32_t value = x[place + i * step];
                sum += (uint32_t)value;
            }
            more = edgeai_reduce_next(&p->shape.reduced, reduced, &place, 1);
        }
        const int32_t centred = (int32_t)(sum - (uint32_t)p->offset);
        const int32_t scaled = edgeai_add(edgeai_requantize(centred, p->multiplier, p->shift), p->zero_point);
        *result++ = (int16_t)(scaled < -32768 ? -32768 : scaled > 32767 ? 32767 : scaled);
    } while (edgeai_reduce_next(&p->shape.kept, kept, &start, 0));
}
