#include "edgeai_reduce_max_s8.h"

void edgeai_reduce_max_s8(const edgeai_reduce_max_s8_params *p, const int8_t *x, int8_t *result)
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
        int8_t best = -128;
        while (more) {
            for (int32_t i = 0; i < count; i++) {
                const int8_t value = x[place + i * step];
                best = value > best ? value : best;
            }
            more = edgeai_reduce_next(&p->shape.reduced, reduced, &place, 1);
        }
        *result++ = best;
    } while (edgeai_reduce_next(&p->shape.kept, kept, &start, 0));
}
