#include "edgeai_signal_scale.h"

void edgeai_signal_scale_bits(const edgeai_signal_scale_bits_params *p, const int16_t *samples, int32_t *bits)
{
    int16_t most = 0;
    int32_t found = 0;
    for (int32_t i = 0; i < p->count; i++) {
        if (samples[i] > most) {
            most = samples[i];
        } else if (-samples[i] > most) {
            most = (int16_t)-samples[i];
        }
    }
    while (most > 0 && ((int32_t)most << (found + 1)) <= INT16_MAX) {
        found++;
    }
    *bits = found;
}

void edgeai_signal_scale(const edgeai_signal_scale_params *p, const int16_t *samples, const int32_t *bits, int16_t *result)
{
    const int32_t factor = (int32_t)1 << (*bits & 15);
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (int16_t)(samples[i] * factor);
    }
}
