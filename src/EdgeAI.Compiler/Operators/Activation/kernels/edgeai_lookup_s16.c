#include "edgeai_lookup_s16.h"

#include "edgeai_requantize.h"

void edgeai_lookup_s16(const edgeai_lookup_s16_params *p, const int16_t *x, const int16_t *table, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t at = edgeai_clamp(edgeai_requantize(x[i], p->multiplier, p->shift), INT16_MIN, INT16_MAX);
        const int16_t *value = table + 256 + (at >> 7);
        result[i] = (int16_t)(value[0] + (((value[1] - value[0]) * (at & 127) + 64) >> 7));
    }
}
