#include "edgeai_reduce_sum_f32.h"

void edgeai_reduce_sum_f32(const edgeai_reduce_sum_f32_params *p, const float *x, float *result)
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
        float sum = 0.0f;
        while (more) {
            for (int32_t i = 0; i < count; i++) {
                sum += x[place + i * step];
            }
            more = edgeai_reduce_next(&p->shape.reduced, reduced, &place, 1);
        }
        *result++ = sum / p->divisor;
    } while (edgeai_reduce_next(&p->shape.kept, kept, &start, 0));
}
