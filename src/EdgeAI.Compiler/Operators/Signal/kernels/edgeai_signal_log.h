/*
 * result = scale * ln(values << shift), at most 32767; 0 where the shifted value is 0 or 1. corrections: of the straight line between powers of two, at
 * 129 places, of 16 fraction bits.
 */
#ifndef EDGEAI_SIGNAL_LOG_H
#define EDGEAI_SIGNAL_LOG_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_log_params {
    int32_t count;
    int32_t shift;
    int32_t scale;
} edgeai_signal_log_params;

void edgeai_signal_log(const edgeai_signal_log_params *p, const uint32_t *values, const int16_t *corrections, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
