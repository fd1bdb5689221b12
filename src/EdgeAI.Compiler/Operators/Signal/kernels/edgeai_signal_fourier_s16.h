/*
 * Rows of real samples, taken of length and zeros behind them, to length / 2 + 1 pairs; and such spectra back to length samples. int16 of 15 fraction bits.
 * length: a power of two from 4. factors: length / 2 pairs of the stages, length / 4 of the last step. scratch: length numbers.
 */
#ifndef EDGEAI_SIGNAL_FOURIER_S16_H
#define EDGEAI_SIGNAL_FOURIER_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_rfft_s16_params {
    int32_t rows;
    int32_t taken;
    int32_t length;
} edgeai_signal_rfft_s16_params;

typedef struct edgeai_signal_irfft_s16_params {
    int32_t rows;
    int32_t taken;
    int32_t length;
} edgeai_signal_irfft_s16_params;

void edgeai_signal_rfft_s16(const edgeai_signal_rfft_s16_params *p, const int16_t *samples, const int16_t *factors, void *scratch, int16_t *bins);
void edgeai_signal_irfft_s16(const edgeai_signal_irfft_s16_params *p, const int16_t *bins, const int16_t *factors, void *scratch, int16_t *samples);

#ifdef __cplusplus
}
#endif

#endif
