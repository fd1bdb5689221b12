#include "edgeai_dequantize_s32.h"

void edgeai_dequantize_s32(const edgeai_dequantize_s32_params *p, const int32_t *x, float *result)
{
    int32_t at = 0;
    int32_t channel = 0;
    while (at < p->count) {
        const int32_t end = p->channels == 1 ? p->count : at + p->inner;
        for (; at < end; at++) {
            result[at] = (float)((double)p->scales[channel] * ((double)x[at] - (double)p->zero_points[channel]));
        }
        channel = channel + 1 == p->channels ? 0 : channel + 1;
    }
}
