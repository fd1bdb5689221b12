#include "edgeai_signal_filter_bank.h"

void edgeai_signal_filter_bank(
    const edgeai_signal_filter_bank_params *p, const uint32_t *energies, const int16_t *weights, const int16_t *rests, const int16_t *first_bins,
    const int16_t *first_weights, const int16_t *widths, uint64_t *channels)
{
    uint64_t before = 0u;
    for (int32_t band = 0; band < p->bands; band++) {
        const int32_t bin = first_bins[band];
        const int32_t weight = first_weights[band];
        uint64_t sum = before;
        before = 0u;
        for (int32_t i = 0; i < widths[band]; i++) {
            const uint64_t energy = energies[bin + i];
            sum += (uint64_t)weights[weight + i] * energy;
            before += (uint64_t)rests[weight + i] * energy;
        }
        if (band > 0) {
            channels[band - 1] = sum;
        }
    }
}
