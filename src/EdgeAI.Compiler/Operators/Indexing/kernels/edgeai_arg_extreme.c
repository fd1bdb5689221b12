#include "edgeai_arg_extreme.h"

void edgeai_arg_extreme(const edgeai_arg_extreme_params *p, const void *x, int64_t *result)
{
    for (int32_t i = 0; i < p->outer * p->inner; i++) {
        const int32_t start = i / p->inner * p->extent * p->inner + i % p->inner;
        int32_t best = 0;
        for (int32_t k = 1; k < p->extent; k++) {
            int order = edgeai_order(x, p->type, start + k * p->inner, start + best * p->inner);
            order = p->largest != 0 ? order : -order;
            best = order > 0 || (order == 0 && p->select_last != 0) ? k : best;
        }
        result[i] = best;
    }
}
