/*
 * result = per-channel automatic gain of values over their noise. The gains are a parabola for each power of two of the noise; value * gain >> shift
 * has 12 fraction bits and becomes x * x / 4 below 2, x - 1 above, of 6 fraction bits. In place on the values or the noise.
 */
#ifndef EDGEAI_SIGNAL_PCAN_H
#define EDGEAI_SIGNAL_PCAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_pcan_params {
    int32_t count;
    int32_t shift;
} edgeai_signal_pcan_params;

void edgeai_signal_pcan(const edgeai_signal_pcan_params *p, const uint32_t *values, const uint32_t *noise, const int16_t *gains, uint32_t *result);

#ifdef __cplusplus
}
#endif

#endif
