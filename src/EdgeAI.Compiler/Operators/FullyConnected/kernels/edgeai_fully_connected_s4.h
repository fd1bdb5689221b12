/* Products of weights [outputs, depth] of 4 bits (edgeai_dot_s4.h), those of an output beginning with a byte of their own, with each int8 row of x [rows, depth].
 * bias[o] holds the true bias minus the zero point of x times the sum of the channel's weights. */
#ifndef EDGEAI_FULLY_CONNECTED_S4_H
#define EDGEAI_FULLY_CONNECTED_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_fully_connected_s4_params {
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    int32_t output_zero_point;
    int32_t minimum;
    int32_t maximum;
    int32_t channel_step; /* 1: multipliers and shifts of each channel; 0: one pair */
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
} edgeai_fully_connected_s4_params;

void edgeai_fully_connected_s4(
    const edgeai_fully_connected_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y);

#ifdef __cplusplus
}
#endif

#endif
