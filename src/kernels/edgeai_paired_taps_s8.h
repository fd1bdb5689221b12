/* Sums over the taps of one channel for pairs of pixels, as edgeai_paired_s8.h pairs them. */
#ifndef EDGEAI_PAIRED_TAPS_S8_H
#define EDGEAI_PAIRED_TAPS_S8_H

#include <stdint.h>

#include "edgeai_channel_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A row of windows, each steps * 2 words from x on; two taps are a step, and a last tap without a second one has a weight of 0 behind it.
 * The order of members is that of the assembly. */
typedef struct edgeai_paired_taps_s8 {
    const uint32_t *x;
    const uint32_t *weights;
    uint32_t steps;
    const int32_t *channel;
    int8_t *y;       /* the result of the first pixel of the first pair */
    uint32_t other;  /* bytes to the result of the second pixel; 0 where there is none */
    uint32_t step;   /* bytes from pair to pair */
    uint32_t x_step; /* bytes from window to window */
    uint32_t windows;
} edgeai_paired_taps_s8;

void edgeai_paired_multiply_taps_linear_s8(const edgeai_paired_taps_s8 *row);
void edgeai_paired_multiply_taps_rectified_s8(const edgeai_paired_taps_s8 *row);

#ifdef __cplusplus
}
#endif

#endif
