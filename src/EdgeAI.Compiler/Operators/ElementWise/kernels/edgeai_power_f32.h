/* result = a to the power of b, limited. */
#ifndef EDGEAI_POWER_F32_H
#define EDGEAI_POWER_F32_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_power_f32_params {
    edgeai_broadcast shape;
    float minimum;
    float maximum;
} edgeai_power_f32_params;

void edgeai_power_f32(const edgeai_power_f32_params *p, const float *a, const float *b, float *result);

#ifdef __cplusplus
}
#endif

#endif
