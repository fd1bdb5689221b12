/* result = a / b, limited. */
#ifndef EDGEAI_DIVIDE_F32_H
#define EDGEAI_DIVIDE_F32_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_divide_f32_params {
    edgeai_broadcast shape;
    float minimum;
    float maximum;
} edgeai_divide_f32_params;

void edgeai_divide_f32(const edgeai_divide_f32_params *p, const float *a, const float *b, float *result);

#ifdef __cplusplus
}
#endif

#endif
