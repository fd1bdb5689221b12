/* result = x / scale, rounded to the nearest, half to even, plus zero point, saturated, with axes in another order; NaN gives the zero point. */
#ifndef EDGEAI_QUANTIZE_EVEN_TRANSPOSED_H
#define EDGEAI_QUANTIZE_EVEN_TRANSPOSED_H

#include <stdint.h>

#include "edgeai_axes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Innermost axis of the result first; start and strides in elements of the operand. */
typedef struct edgeai_quantize_even_transposed_params {
    int32_t axes;
    int32_t extents[EDGEAI_MOST_AXES];
    int32_t strides[EDGEAI_MOST_AXES];
    int32_t start;
    float scale;
    int32_t zero_point;
} edgeai_quantize_even_transposed_params;

void edgeai_quantize_even_transposed_s8(const edgeai_quantize_even_transposed_params *p, const float *x, int8_t *result);
void edgeai_quantize_even_transposed_s16(const edgeai_quantize_even_transposed_params *p, const float *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
