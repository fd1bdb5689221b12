/* Softmax of beta * x along rows of floats over the elements that a mask leaves in; y may be x. */
#ifndef EDGEAI_MASKED_SOFTMAX_F32_H
#define EDGEAI_MASKED_SOFTMAX_F32_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_masked_softmax_f32_params {
    int32_t rows;
    int32_t depth;
    int32_t mask_rows; /* after so many rows the mask begins again */
    int32_t masked_where; /* 1 or 0: the mask's value where elements are left out */
    float share_without; /* of each element of a row that has none left */
    float beta;
} edgeai_masked_softmax_f32_params;

void edgeai_masked_softmax_f32(const edgeai_masked_softmax_f32_params *p, const float *x, const uint8_t *mask, float *y);

#ifdef __cplusplus
}
#endif

#endif
