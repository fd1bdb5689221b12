/* energies = re * re + im * im of the bins from start up to end, 0 for the others. */
#ifndef EDGEAI_SIGNAL_ENERGY_H
#define EDGEAI_SIGNAL_ENERGY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_energy_params {
    int32_t bins;
    int32_t start;
    int32_t end;
} edgeai_signal_energy_params;

void edgeai_signal_energy(const edgeai_signal_energy_params *p, const int16_t *spectrum, uint32_t *energies);

#ifdef __cplusplus
}
#endif

#endif
