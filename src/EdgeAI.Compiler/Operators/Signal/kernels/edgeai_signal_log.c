#include "edgeai_signal_log.h"

#define SEGMENT_BITS 9
#define LN2_Q16 45426u

static uint32_t logarithm(uint32_t x, uint32_t scale, const int16_t *corrections)
{
    int32_t whole = 0;
    while ((x >> whole) > 1u) {
        whole++;
    }
    const uint32_t above = x - ((uint32_t)1 << whole);
    const int32_t fraction = (int32_t)(whole < 16 ? above << (16 - whole) : above >> (whole - 16));
    const int16_t *correction = corrections + (fraction >> SEGMENT_BITS);
    const int32_t slope = correction[1] - correction[0];
    const int32_t bent = fraction + correction[0] + ((slope * (fraction & ((1 << SEGMENT_BITS) - 1))) >> 16);
    const uint32_t binary = ((uint32_t)whole << 16) + (uint32_t)bent;
    const uint32_t natural = (uint32_t)(((uint64_t)LN2_Q16 * binary + 32768u) >> 16);
    return (scale * natural + 32768u) >> 16;
}

void edgeai_signal_log(const edgeai_signal_log_params *p, const uint32_t *values, const int16_t *corrections, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const uint32_t value = values[i] << p->shift;
        const uint32_t found = value > 1u ? logarithm(value, (uint32_t)p->scale, corrections) : 0u;
        result[i] = (int16_t)(found < (uint32_t)INT16_MAX ? found : (uint32_t)INT16_MAX);
    }
}
