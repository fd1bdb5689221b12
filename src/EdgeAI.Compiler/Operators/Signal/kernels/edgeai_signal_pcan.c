#include "edgeai_signal_pcan.h"

#define RATIO_BITS 12
#define RESULT_BITS 6

static int16_t gain_of(uint32_t noise, const int16_t *gains)
{
    int32_t bits = 2;
    if (noise <= 2u) {
        return gains[noise];
    }
    while (bits < 32 && (noise >> bits) != 0u) {
        bits++;
    }
    const int16_t *parabola = gains + 4 * bits - 6;
    const int32_t fraction = (int32_t)((bits < 11 ? noise << (11 - bits) : noise >> (bits - 11)) & 0x3FFu);
    const int32_t sum = ((parabola[2] * fraction) >> 5) + parabola[1] * 32;
    return (int16_t)(((sum * fraction + (1 << 14)) >> 15) + parabola[0]);
}

void edgeai_signal_pcan(
    const edgeai_signal_pcan_params *p, const uint32_t *values, const uint32_t *noise, const int16_t *gains, uint32_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const uint32_t gain = (uint32_t)gain_of(noise[i], gains);
        const uint32_t ratio = (uint32_t)(((uint64_t)values[i] * gain) >> p->shift);
        result[i] = ratio < (2u << RATIO_BITS) ? (ratio * ratio) >> (2 + 2 * RATIO_BITS - RESULT_BITS)
                                               : (ratio >> (RATIO_BITS - RESULT_BITS)) - (1u << RESULT_BITS);
    }
}
