/* result = a from 0 on, slope * a below. */
#ifndef EDGEAI_PRELU_F32_H
#define EDGEAI_PRELU_F32_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_prelu_f32_params {
    edgeai_broadcast shape;
} edgeai_prelu_f32_params;

void edgeai_prelu_f32(const edgeai_prelu_f32_params *p, const float *a, const float *b, float *result);

#ifdef __cplusplus
}
#endif

#endif
