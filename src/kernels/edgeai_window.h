/* Which taps of a kernel lie inside an axis of the operand. */
#ifndef EDGEAI_WINDOW_H
#define EDGEAI_WINDOW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Taps first <= tap < end of a kernel whose tap 0 is at start (may be negative) lie in [0, extent). */
typedef struct edgeai_window {
    int32_t first;
    int32_t end;
} edgeai_window;

static inline edgeai_window edgeai_window_of(int32_t start, int32_t extent, int32_t kernel, int32_t dilation)
{
    edgeai_window window;
    int32_t first = 0;
    int32_t end = kernel;
    while (first < end && start + first * dilation < 0) {
        first++;
    }
    while (end > first && start + (end - 1) * dilation >= extent) {
        end--;
    }
    window.first = first;
    window.end = end;
    return window;
}

#ifdef __cplusplus
}
#endif

#endif
