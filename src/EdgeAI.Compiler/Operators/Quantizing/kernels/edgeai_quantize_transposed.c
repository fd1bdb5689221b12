#include "edgeai_quantize_transposed.h"

#include <math.h>

/* The limits are whole numbers that float holds exactly. */
static int32_t quantized(const edgeai_quantize_transposed_params *p, float x, float lowest, float highest)
{
    const float minimum = lowest - (float)p->zero_point;
    const float maximum = highest - (float)p->zero_point;
    const float rounded = roundf(x / p->scale);
    const float limited = rounded < minimum ? minimum : rounded > maximum ? maximum : rounded;
    return (limited == limited ? (int32_t)limited : 0) + p->zero_point;
}

void edgeai_quantize_transposed_s8(const edgeai_quantize_transposed_params *p, const float *x, int8_t *result)
{
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    do {
        for (int32_t i = 0; i < p->extents[0]; i++) {
            *result++ = (int8_t)quantized(p, x[place + i * p->strides[0]], -128.0f, 127.0f);
        }
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}

void edgeai_quantize_transposed_s16(const edgeai_quantize_transposed_params *p, const float *x, int16_t *result)
{
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    do {
        for (int32_t i = 0; i < p->extents[0]; i++) {
            *result++ = (int16_t)quantized(p, x[place + i * p->strides[0]], -32768.0f, 32767.0f);
        }
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}
