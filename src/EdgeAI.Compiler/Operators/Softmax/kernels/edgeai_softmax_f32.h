/* Softmax of beta * x along rows of floats; y may be x. */
#ifndef EDGEAI_SOFTMAX_F32_H
#define EDGEAI_SOFTMAX_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_softmax_f32_params {
    int32_t rows;
    int32_t depth;
    float beta;
} edgeai_softmax_f32_params;

void edgeai_softmax_f32(const edgeai_softmax_f32_params *p, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif
