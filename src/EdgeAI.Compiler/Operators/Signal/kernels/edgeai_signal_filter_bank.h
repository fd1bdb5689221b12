/*
 * channels = overlapping bands of a spectrum: channel i is the sum of band i + 1 by its weights and of band i by its rests. Each band has its first bin,
 * its first weight and its width; there is one channel less than bands.
 */
#ifndef EDGEAI_SIGNAL_FILTER_BANK_H
#define EDGEAI_SIGNAL_FILTER_BANK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_filter_bank_params {
    int32_t bands;
} edgeai_signal_filter_bank_params;

void edgeai_signal_filter_bank(
    const edgeai_signal_filter_bank_params *p, const uint32_t *energies, const int16_t *weights, const int16_t *rests, const int16_t *first_bins,
    const int16_t *first_weights, const int16_t *widths, uint64_t *channels);

#ifdef __cplusplus
}
#endif

#endif
