/* result = the whole number nearest to x / scale, of two equally near ones the even, plus zero point, saturated; NaN gives the zero point. */
#ifndef EDGEAI_QUANTIZE_EVEN_H
#define EDGEAI_QUANTIZE_EVEN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_quantize_even_params {
    int32_t count;
    float scale;
    int32_t zero_point;
} edgeai_quantize_even_params;

void edgeai_quantize_even_s8(const edgeai_quantize_even_params *p, const float *x, int8_t *result);
void edgeai_quantize_even_u8(const edgeai_quantize_even_params *p, const float *x, uint8_t *result);
void edgeai_quantize_even_s16(const edgeai_quantize_even_params *p, const float *x, int16_t *result);
void edgeai_quantize_even_u16(const edgeai_quantize_even_params *p, const float *x, uint16_t *result);

#ifdef __cplusplus
}
#endif

#endif
