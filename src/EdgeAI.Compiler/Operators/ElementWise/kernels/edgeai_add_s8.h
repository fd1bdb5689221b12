/* result = a + b, int8, as TensorFlow Lite: operands on a common scale, then the sum rescaled. */
#ifndef EDGEAI_ADD_S8_H
#define EDGEAI_ADD_S8_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_add_s8_params {
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
} edgeai_add_s8_params;

void edgeai_add_s8(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
