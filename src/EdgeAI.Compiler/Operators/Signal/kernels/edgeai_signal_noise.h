/*
 * Spectral subtraction. estimate = (values * weight + before * rest) >> fraction_bits, the values taken with smoothing_bits more, where clamped at most
 * the value; result = values less their estimate, at least the share that remains. In place on either operand.
 */
#ifndef EDGEAI_SIGNAL_NOISE_H
#define EDGEAI_SIGNAL_NOISE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_noise_estimate_params {
    int32_t count;
    int32_t even_weight;
    int32_t even_rest;
    int32_t odd_weight;
    int32_t odd_rest;
    int32_t fraction_bits;
    int32_t smoothing_bits;
    int32_t clamped;
} edgeai_signal_noise_estimate_params;

typedef struct edgeai_signal_subtract_noise_params {
    int32_t count;
    int32_t remaining_share;
    int32_t fraction_bits;
    int32_t smoothing_bits;
} edgeai_signal_subtract_noise_params;

void edgeai_signal_noise_estimate(const edgeai_signal_noise_estimate_params *p, const uint32_t *values, const uint32_t *before, uint32_t *estimate);
void edgeai_signal_subtract_noise(const edgeai_signal_subtract_noise_params *p, const uint32_t *values, const uint32_t *estimate, uint32_t *result);

#ifdef __cplusplus
}
#endif

#endif
