/* result = a from 0 on, slope b * a below, int16, as TensorFlow Lite. */
#ifndef EDGEAI_PRELU_S16_H
#define EDGEAI_PRELU_S16_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_prelu_s16_params {
    edgeai_broadcast shape;
    int32_t zero_point_x;
    int32_t zero_point_slope;
    int32_t zero_point;
    int32_t multiplier_above;
    int32_t shift_above;
    int32_t multiplier_below;
    int32_t shift_below;
} edgeai_prelu_s16_params;

void edgeai_prelu_s16(const edgeai_prelu_s16_params *p, const int16_t *a, const int16_t *b, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
