/* result = (a - b)^2, int16, as TensorFlow Lite: operands on a common scale, then the square rescaled. */
#ifndef EDGEAI_SQUARED_DIFFERENCE_S16_H
#define EDGEAI_SQUARED_DIFFERENCE_S16_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_squared_difference_s16_params {
    edgeai_broadcast shape;
    int32_t zero_point_a;
    int32_t zero_point_b;
    int32_t zero_point;
    int32_t multiplier_a;
    int32_t shift_a;
    int32_t multiplier_b;
    int32_t shift_b;
    int32_t multiplier;
    int32_t shift;
    int32_t minimum;
    int32_t maximum;
} edgeai_squared_difference_s16_params;

void edgeai_squared_difference_s16(const edgeai_squared_difference_s16_params *p, const int16_t *a, const int16_t *b, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
