#include "edgeai_cumulative_sum.h"

void edgeai_cumulative_sum(const edgeai_cumulative_sum_params *p, const void *x, void *result)
{
    for (int32_t i = 0; i < p->outer * p->inner; i++) {
        const int32_t start = i / p->inner * p->extent * p->inner + i % p->inner;
        float real = 0.0f;
        uint64_t integer = 0;
        for (int32_t k = 0; k < p->extent; k++) {
            const int32_t place = start + (p->reverse != 0 ? p->extent - 1 - k : k) * p->inner;
            if (p->type == EDGEAI_ELEMENT_F32) {
                const float next = real + ((const float *)x)[place];
                ((float *)result)[place] = p->exclusive != 0 ? real : next;
                real = next;
            } else {
                const uint64_t next = integer + (uint64_t)edgeai_element_integer(x, p->type, place);
                edgeai_element_put(result, p->type, place, (int64_t)(p->exclusive != 0 ? integer : next));
                integer = next;
            }
        }
    }
}
