#include "edgeai_dequantize_s8.h"

void edgeai_dequantize_s8(const edgeai_dequantize_s8_params *p, const int8_t *x, float *result)
{
    int32_t at = 0;
    int32_t channel = 0;
    while (at < p->count) {
        const int32_t end = p->channels == 1 ? p->count : at + p->inner;
        for (; at < end; at++) {
            result[at] = p->scales[channel] * (float)(x[at] - p->zero_points[channel]);
        }
        channel = channel + 1 == p->channels ? 0 : channel + 1;
    }
}
