/* result = a * b, int16, as TensorFlow Lite: the exact product, rescaled once. */
#ifndef EDGEAI_MULTIPLY_S16_H
#define EDGEAI_MULTIPLY_S16_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_multiply_s16_params {
    edgeai_broadcast shape;
    int32_t zero_point_a;
    int32_t zero_point_b;
    int32_t zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t minimum;
    int32_t maximum;
} edgeai_multiply_s16_params;

void edgeai_multiply_s16(const edgeai_multiply_s16_params *p, const int16_t *a, const int16_t *b, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
