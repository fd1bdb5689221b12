#include "edgeai_signal_window.h"

void edgeai_signal_window(const edgeai_signal_window_params *p, const int16_t *samples, const int16_t *window, int16_t *result)
{
    int32_t at = 0;
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t product = ((int32_t)samples[i] * window[at]) >> p->shift;
        result[i] = (int16_t)(product < INT16_MIN ? INT16_MIN : product > INT16_MAX ? INT16_MAX : product);
        at = at + 1 < p->window_length ? at + 1 : 0;
    }
}
