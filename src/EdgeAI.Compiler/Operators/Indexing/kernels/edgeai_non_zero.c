#include "edgeai_non_zero.h"

static int is_zero(const void *x, int32_t type, int32_t i)
{
    return type == EDGEAI_ELEMENT_F32 ? !(((const float *)x)[i] < 0.0f) && ((const float *)x)[i] <= 0.0f : edgeai_element_integer(x, type, i) == 0;
}

void edgeai_non_zero(const edgeai_non_zero_params *p, const void *x, int64_t *result)
{
    int32_t found = 0;
    for (int32_t i = 0; i < p->axes * p->count; i++) {
        result[i] = -1;
    }
    for (int32_t i = 0; i < p->size && found < p->count; i++) {
        if (!is_zero(x, p->type, i)) {
            int32_t rest = i;
            for (int32_t axis = p->axes - 1; axis >= 0; axis--) {
                result[axis * p->count + found] = rest % p->extents[axis];
                rest /= p->extents[axis];
            }
            found++;
        }
    }
}
