#include "edgeai_reduce_min_s16.h"

void edgeai_reduce_min_s16(const edgeai_reduce_min_s16_params *p, const int16_t *x, int16_t *result)
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
        int16_t best = 32767;
        while (more) {
            for (int32_t i = 0; i < count; i++) {
                const int16_t value = x[place + i * step];
                best = value < best ? value : best;
            }
            more = edgeai_reduce_next(&p->shape.reduced, reduced, &place, 1);
        }
        *result++ = best;
    } while (edgeai_reduce_next(&p->shape.kept, kept, &start, 0));
}
