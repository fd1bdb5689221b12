#include "edgeai_signal_fourier_s32.h"

#define EDGEAI_FOURIER_S32
#include "edgeai_signal_fourier.h"

void edgeai_signal_rfft_s32(const edgeai_signal_rfft_s32_params *p, const int32_t *samples, const int32_t *factors, void *scratch, int32_t *bins)
{
    for (int32_t row = 0; row < p->rows; row++) {
        edgeai_fourier_forward(p->length / 2, p->taken, samples + row * p->taken, (const edgeai_pair *)(const void *)factors, (edgeai_pair *)scratch,
            (edgeai_pair *)(void *)(bins + row * (p->length + 2)));
    }
}

void edgeai_signal_irfft_s32(const edgeai_signal_irfft_s32_params *p, const int32_t *bins, const int32_t *factors, void *scratch, int32_t *samples)
{
    for (int32_t row = 0; row < p->rows; row++) {
        edgeai_fourier_backward(p->length / 2, (const edgeai_pair *)(const void *)(bins + row * p->taken), (const edgeai_pair *)(const void *)factors,
            (edgeai_pair *)scratch, samples + row * p->length);
    }
}
