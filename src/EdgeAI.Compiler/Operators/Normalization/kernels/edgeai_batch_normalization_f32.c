#include "edgeai_batch_normalization_f32.h"

#include <math.h>

void edgeai_batch_normalization_f32(
    const edgeai_batch_normalization_f32_params *p, const float *x, const float *scale, const float *offset, const float *mean,
    const float *variance, float *result)
{
    int32_t at = 0;
    int32_t channel = 0;
    while (at < p->count) {
        const float factor = scale[channel] / sqrtf(variance[channel] + p->epsilon);
        const int32_t end = at + p->inner;
        for (; at < end; at++) {
            result[at] = (x[at] - mean[channel]) * factor + offset[channel];
        }
        channel = channel + 1 == p->channels ? 0 : channel + 1;
    }
}
