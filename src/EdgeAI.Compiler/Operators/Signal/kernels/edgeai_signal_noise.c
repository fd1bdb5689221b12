#include "edgeai_signal_noise.h"

void edgeai_signal_noise_estimate(
    const edgeai_signal_noise_estimate_params *p, const uint32_t *values, const uint32_t *before, uint32_t *estimate)
{
    for (int32_t i = 0; i < p->count; i++) {
        const uint32_t weight = (uint32_t)(i % 2 == 0 ? p->even_weight : p->odd_weight);
        const uint32_t rest = (uint32_t)(i % 2 == 0 ? p->even_rest : p->odd_rest);
        const uint32_t value = values[i] << p->smoothing_bits;
        const uint32_t found = (uint32_t)(((uint64_t)value * weight + (uint64_t)before[i] * rest) >> p->fraction_bits);
        estimate[i] = p->clamped != 0 && found > value ? value : found;
    }
}

void edgeai_signal_subtract_noise(
    const edgeai_signal_subtract_noise_params *p, const uint32_t *values, const uint32_t *estimate, uint32_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const uint32_t value = values[i] << p->smoothing_bits;
        const uint32_t least = (uint32_t)(((uint64_t)values[i] * (uint32_t)p->remaining_share) >> p->fraction_bits);
        const uint32_t rest = (value - (estimate[i] < value ? estimate[i] : value)) >> p->smoothing_bits;
        result[i] = rest > least ? rest : least;
    }
}
