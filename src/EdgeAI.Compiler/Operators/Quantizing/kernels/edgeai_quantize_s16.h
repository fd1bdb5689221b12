/* result = x / scale, rounded half away from zero, plus zero point, saturated; NaN gives the zero point. */
#ifndef EDGEAI_QUANTIZE_S16_H
#define EDGEAI_QUANTIZE_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_quantize_s16_params {
    int32_t count;
    float scale;
    int32_t zero_point;
} edgeai_quantize_s16_params;

void edgeai_quantize_s16(const edgeai_quantize_s16_params *p, const float *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
