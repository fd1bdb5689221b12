#include "edgeai_scatter.h"

#include <string.h>

static float combine_f32(int32_t reduction, float old, float update)
{
    switch (reduction) {
    case 1:
        return old + update;
    case 2:
        return old * update;
    case 3:
        return old > update ? old : update;
    case 4:
        return old < update ? old : update;
    default:
        return update;
    }
}

static int64_t combine(int32_t type, int32_t reduction, int64_t old, int64_t update)
{
    const int larger = type == EDGEAI_ELEMENT_U64 ? (uint64_t)old > (uint64_t)update : old > update;
    switch (reduction) {
    case 1:
        return (int64_t)((uint64_t)old + (uint64_t)update);
    case 2:
        return (int64_t)((uint64_t)old * (uint64_t)update);
    case 3:
        return larger ? old : update;
    case 4:
        return larger ? update : old;
    default:
        return update;
    }
}

void edgeai_scatter(const edgeai_scatter_params *p, const void *x, const void *indexes, const void *updates, void *result)
{
    memcpy(result, x, (size_t)p->bytes);
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t to = edgeai_gather_index(indexes, p->index_type, i, p->rows) * p->inner;
        for (int32_t k = 0; k < p->inner; k++) {
            if (p->type == EDGEAI_ELEMENT_F32) {
                float *place = (float *)result + to + k;
                *place = combine_f32(p->reduction, *place, ((const float *)updates)[i * p->inner + k]);
            } else {
                edgeai_element_put(result, p->type, to + k,
                    combine(p->type, p->reduction, edgeai_element_integer(result, p->type, to + k),
                        edgeai_element_integer(updates, p->type, i * p->inner + k)));
            }
        }
    }
}
