#include "edgeai_signal_energy.h"

void edgeai_signal_energy(const edgeai_signal_energy_params *p, const int16_t *spectrum, uint32_t *energies)
{
    for (int32_t i = 0; i < p->bins; i++) {
        const int32_t re = spectrum[2 * i];
        const int32_t im = spectrum[2 * i + 1];
        energies[i] = i >= p->start && i < p->end ? (uint32_t)(re * re) + (uint32_t)(im * im) : 0u;
    }
}
