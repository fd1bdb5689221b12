/* Which taps of a transposed convolution's kernel reach one index of the result, along one axis. */
#ifndef EDGEAI_TAPS_H
#define EDGEAI_TAPS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Taps first, first + tap_step, ... below end read the operand's indexes input, input - input_step, ... */
typedef struct edgeai_taps {
    int32_t first;
    int32_t end;
    int32_t input;
} edgeai_taps;

/* place is the result's index plus the padding in front; taps outside the operand are left out. */
static inline edgeai_taps edgeai_taps_of(
    int32_t place, int32_t stride, int32_t dilation, int32_t tap_step, int32_t input_step, int32_t kernel, int32_t extent)
{
    edgeai_taps taps;
    int32_t tap = 0;
    int32_t input;
    taps.first = 0;
    taps.end = 0;
    taps.input = 0;
    while (tap < kernel && tap < tap_step && (place - tap * dilation) % stride != 0) {
        tap++;
    }
    if (tap >= kernel || tap >= tap_step) {
        return taps;
    }
    input = (place - tap * dilation) / stride;
    while (tap < kernel && input >= extent) {
        tap += tap_step;
        input -= input_step;
    }
    taps.first = tap;
    taps.input = input;
    while (tap < kernel && input >= 0) {
        tap += tap_step;
        input -= input_step;
        taps.end = tap;
    }
    if (taps.end > kernel) {
        taps.end = kernel;
    }
    return taps;
}

#ifdef __cplusplus
}
#endif

#endif
