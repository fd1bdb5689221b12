#include "edgeai_gather.h"

#include <string.h>

void edgeai_gather(const edgeai_gather_params *p, const void *x, const void *indexes, void *result)
{
    const size_t row = (size_t)p->row_bytes;
    const uint8_t *from = (const uint8_t *)x;
    uint8_t *to = (uint8_t *)result;
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t i = 0; i < p->count; i++) {
            memcpy(to, from + (size_t)edgeai_gather_index(indexes, p->index_type, i, p->extent) * row, row);
            to += row;
        }
        from += (size_t)p->extent * row;
    }
}
