/* result = scale * (x - zero point); every inner elements the next of the channels begins. */
#ifndef EDGEAI_DEQUANTIZE_S8_H
#define EDGEAI_DEQUANTIZE_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_dequantize_s8_params {
    int32_t count;
    int32_t channels;
    int32_t inner;
    const float *scales;
    const int32_t *zero_points;
} edgeai_dequantize_s8_params;

void edgeai_dequantize_s8(const edgeai_dequantize_s8_params *p, const int8_t *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
