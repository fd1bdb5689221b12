/* result = (a - b)^2, limited. */
#ifndef EDGEAI_SQUARED_DIFFERENCE_F32_H
#define EDGEAI_SQUARED_DIFFERENCE_F32_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_squared_difference_f32_params {
    edgeai_broadcast shape;
    float minimum;
    float maximum;
} edgeai_squared_difference_f32_params;

void edgeai_squared_difference_f32(const edgeai_squared_difference_f32_params *p, const float *a, const float *b, float *result);

#ifdef __cplusplus
}
#endif

#endif
