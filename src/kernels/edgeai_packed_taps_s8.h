/* Sums over the taps of a depthwise kernel, four channels and two taps at a time.
 *
 * weights, for four channels c: for every two taps s and t the words (c, s t), (c + 2, s t), (c + 1, s t), (c + 3, s t) of two 16-bit lanes;
 * behind them, for an odd number of taps, the words (c, c + 2) and (c + 1, c + 3) of the last.
 * channels, for four channels: four biases, then factor, addend and shift of each as in edgeai_packed_pairs.h for a channel A. */
#ifndef EDGEAI_PACKED_TAPS_S8_H
#define EDGEAI_PACKED_TAPS_S8_H

#include <stdint.h>

#include "edgeai_packed_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_TAPS_CHANNEL_WORDS 16

/* One pixel of the result. The order of members is that of the assembly. */
typedef struct edgeai_packed_taps_s8 {
    const uintptr_t *taps; /* what is added to x for each tap */
    int8_t *y;
    const int32_t *channels;
    const int32_t *channels_end;
    uintptr_t x; /* the address of the first tap's first channel */
    uint32_t steps; /* taps / 2 + 1; there are at least two taps */
    uint32_t odd; /* whether one is left */
    const uint32_t *weights;
} edgeai_packed_taps_s8;

void edgeai_packed_taps_rectified_s8(const edgeai_packed_taps_s8 *pixel);
void edgeai_packed_taps_linear_s8(const edgeai_packed_taps_s8 *pixel);

#ifdef __cplusplus
}
#endif

#endif
