#include "edgeai_quantize_even.h"

#include "edgeai_nearest_even.h"

void edgeai_quantize_even_s8(const edgeai_quantize_even_params *p, const float *x, int8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (int8_t)edgeai_quantized_even(x[i], p->scale, p->zero_point, -128.0f, 127.0f);
    }
}

void edgeai_quantize_even_u8(const edgeai_quantize_even_params *p, const float *x, uint8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (uint8_t)edgeai_quantized_even(x[i], p->scale, p->zero_point, 0.0f, 255.0f);
    }
}

void edgeai_quantize_even_s16(const edgeai_quantize_even_params *p, const float *x, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (int16_t)edgeai_quantized_even(x[i], p->scale, p->zero_point, -32768.0f, 32767.0f);
    }
}

void edgeai_quantize_even_u16(const edgeai_quantize_even_params *p, const float *x, uint16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (uint16_t)edgeai_quantized_even(x[i], p->scale, p->zero_point, 0.0f, 65535.0f);
    }
}
