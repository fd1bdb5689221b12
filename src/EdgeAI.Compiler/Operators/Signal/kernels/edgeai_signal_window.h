/* result = (samples * window) >> shift, saturated; the window is repeated over the samples. In place on the samples. */
#ifndef EDGEAI_SIGNAL_WINDOW_H
#define EDGEAI_SIGNAL_WINDOW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_window_params {
    int32_t count;
    int32_t window_length;
    int32_t shift;
} edgeai_signal_window_params;

void edgeai_signal_window(const edgeai_signal_window_params *p, const int16_t *samples, const int16_t *window, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
