#include "edgeai_unique.h"

#include <math.h>

#include "edgeai_order.h"

/* NaN is larger than every number, and equal to NaN. */
static int order_of_elements(const edgeai_unique_params *p, const void *x, int32_t first, int32_t second)
{
    const int order = edgeai_order(x, p->type, first, second);
    if (order != 0 || p->type != EDGEAI_ELEMENT_F32) {
        return order;
    }
    return (isnan(((const float *)x)[first]) ? 1 : 0) - (isnan(((const float *)x)[second]) ? 1 : 0);
}

static int order_of_parts(const edgeai_unique_params *p, const void *x, int32_t a, int32_t b)
{
    for (int32_t outer = 0; outer < p->outer; outer++) {
        const int32_t start = outer * p->extent * p->inner;
        for (int32_t inner = start; inner < start + p->inner; inner++) {
            const int order = order_of_elements(p, x, inner + a * p->inner, inner + b * p->inner);
            if (order != 0) {
                return order;
            }
        }
    }
    return 0;
}

/* Where a part is among those found, or where it would be. */
static int32_t place(const edgeai_unique_params *p, const void *x, const int64_t *places, int32_t found, int32_t part, int *is_there)
{
    *is_there = 0;
    for (int32_t i = 0; i < found; i++) {
        const int order = order_of_parts(p, x, part, (int32_t)places[i]);
        if (order == 0 || (p->sorted != 0 && order < 0)) {
            *is_there = order == 0;
            return i;
        }
    }
    return found;
}

void edgeai_unique(const edgeai_unique_params *p, const void *x, int64_t *result)
{
    int64_t *places = result;
    int64_t *which = places + p->count;
    int64_t *numbers = which + p->extent;
    int32_t found = 0;
    int is_there = 0;
    for (int32_t i = 0; i < p->count; i++) {
        numbers[i] = 0;
    }
    for (int32_t part = 0; part < p->extent; part++) {
        const int32_t at = place(p, x, places, found, part, &is_there);
        if (is_there) {
            numbers[at]++;
        } else if (at < p->count) {
            found += found < p->count ? 1 : 0;
            for (int32_t i = found - 1; i > at; i--) {
                places[i] = places[i - 1];
                numbers[i] = numbers[i - 1];
            }
            places[at] = part;
            numbers[at] = 1;
        }
    }
    for (int32_t part = 0; part < p->extent; part++) {
        const int32_t at = place(p, x, places, found, part, &is_there);
        which[part] = is_there ? at : -1;
    }
    for (int32_t i = found; i < p->count; i++) {
        places[i] = places[0];
    }
}
