/*
 * bits: by how many bits the samples can be shifted left, 0 to 14; a sample of -32768 begins the search for the largest anew.
 * result = samples << bits; what does not fit is lost. In place on the samples.
 */
#ifndef EDGEAI_SIGNAL_SCALE_H
#define EDGEAI_SIGNAL_SCALE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_scale_bits_params {
    int32_t count;
} edgeai_signal_scale_bits_params;

typedef struct edgeai_signal_scale_params {
    int32_t count;
} edgeai_signal_scale_params;

void edgeai_signal_scale_bits(const edgeai_signal_scale_bits_params *p, const int16_t *samples, int32_t *bits);
void edgeai_signal_scale(const edgeai_signal_scale_params *p, const int16_t *samples, const int32_t *bits, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
