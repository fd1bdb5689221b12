#include "edgeai_top_indexes.h"

static int is_before(const edgeai_top_indexes_params *p, const void *x, int32_t start, int32_t a, int32_t b)
{
    int order = edgeai_order(x, p->type, start + a * p->inner, start + b * p->inner);
    order = p->largest != 0 ? order : -order;
    return order > 0 || (order == 0 && a < b);
}

void edgeai_top_indexes(const edgeai_top_indexes_params *p, const void *x, int64_t *result)
{
    for (int32_t i = 0; i < p->outer * p->inner; i++) {
        const int32_t outer = i / p->inner;
        const int32_t inner = i % p->inner;
        const int32_t start = outer * p->extent * p->inner + inner;
        int32_t last = -1;
        for (int32_t rank = 0; rank < p->count; rank++) {
            int32_t best = -1;
            for (int32_t k = 0; k < p->extent; k++) {
                const int is_behind = last < 0 || is_before(p, x, start, last, k);
                best = is_behind && (best < 0 || is_before(p, x, start, k, best)) ? k : best;
            }
            last = best < 0 ? 0 : best;
            result[(outer * p->count + rank) * p->inner + inner] = last;
        }
    }
}
