#include "edgeai_lookup_s8.h"

void edgeai_lookup_s8(const edgeai_lookup_s8_params *p, const int8_t *x, const int8_t *table, int8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = table[(uint8_t)x[i]];
    }
}
