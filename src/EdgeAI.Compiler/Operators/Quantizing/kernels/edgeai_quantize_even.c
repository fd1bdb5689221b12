#include "edgeai_quantize_even.h"

#include <math.h>

static float nearest(float x, float scale)
{
    const float quotient = x / scale;
    const float rounded = roundf(quotient);
    const float over = rounded - quotient;
    if (over == 0.5f || over == -0.5f) {
        /* In float the middle of two whole numbers. This product is exact: it tells on which side of it the quotient is. */
        const double middle = (double)quotient * (double)scale;
        const float lower = floorf(quotient);
        return (double)x > middle ? lower + 1.0f : (double)x < middle || ((int32_t)lower & 1) == 0 ? lower : lower + 1.0f;
    }
    return rounded;
}

/* The limits of the result are whole numbers that float holds exactly. */
static int32_t quantized(const edgeai_quantize_even_params *p, float x, float lowest, float highest)
{
    const float minimum = lowest - (float)p->zero_point;
    const float maximum = highest - (float)p->zero_point;
    const float rounded = nearest(x, p->scale);
    const float limited = rounded < minimum ? minimum : rounded > maximum ? maximum : rounded;
    return (limited == limited ? (int32_t)limited : 0) + p->zero_point;
}

void edgeai_quantize_even_s8(const edgeai_quantize_even_params *p, const float *x, int8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (int8_t)quantized(p, x[i], -128.0f, 127.0f);
    }
}

void edgeai_quantize_even_u8(const edgeai_quantize_even_params *p, const float *x, uint8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (uint8_t)quantized(p, x[i], 0.0f, 255.0f);
    }
}

void edgeai_quantize_even_s16(const edgeai_quantize_even_params *p, const float *x, int16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (int16_t)quantized(p, x[i], -32768.0f, 32767.0f);
    }
}

void edgeai_quantize_even_u16(const edgeai_quantize_even_params *p, const float *x, uint16_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        result[i] = (uint16_t)quantized(p, x[i], 0.0f, 65535.0f);
    }
}
