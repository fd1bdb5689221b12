/*
 * Rows of real samples, taken of length and zeros behind them, to length / 2 + 1 pairs; and such spectra back to length samples. float32.
 * length: a power of two from 4. factors: length / 2 pairs of the stages, length / 4 of the last step. scratch: length numbers.
 */
#ifndef EDGEAI_SIGNAL_FOURIER_F32_H
#define EDGEAI_SIGNAL_FOURIER_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_rfft_f32_params {
    int32_t rows;
    int32_t taken;
    int32_t length;
} edgeai_signal_rfft_f32_params;

typedef struct edgeai_signal_irfft_f32_params {
    int32_t rows;
    int32_t taken;
    int32_t length;
} edgeai_signal_irfft_f32_params;

void edgeai_signal_rfft_f32(const edgeai_signal_rfft_f32_params *p, const float *samples, const float *factors, void *scratch, float *bins);
void edgeai_signal_irfft_f32(const edgeai_signal_irfft_f32_params *p, const float *bins, const float *factors, void *scratch, float *samples);

#ifdef __cplusplus
}
#endif

#endif
