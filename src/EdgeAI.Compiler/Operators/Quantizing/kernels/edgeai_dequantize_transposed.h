/* result = scale * (x - zero point), with axes in another order. */
#ifndef EDGEAI_DEQUANTIZE_TRANSPOSED_H
#define EDGEAI_DEQUANTIZE_TRANSPOSED_H

#include <stdint.h>

#include "edgeai_axes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Innermost axis of the result first; start and strides in elements of the operand. */
typedef struct edgeai_dequantize_transposed_params {
    int32_t axes;
    int32_t extents[EDGEAI_MOST_AXES];
    int32_t strides[EDGEAI_MOST_AXES];
    int32_t start;
    float scale;
    int32_t zero_point;
} edgeai_dequantize_transposed_params;

void edgeai_dequantize_transposed_s8(const edgeai_dequantize_transposed_params *p, const int8_t *x, float *result);
void edgeai_dequantize_transposed_s16(const edgeai_dequantize_transposed_params *p, const int16_t *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
