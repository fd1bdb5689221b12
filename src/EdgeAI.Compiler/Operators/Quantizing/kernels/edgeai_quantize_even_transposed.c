#include "edgeai_quantize_even_transposed.h"

#include "edgeai_nearest_even.h"

void edgeai_quantize_even_transposed_s8(const edgeai_quantize_even_transposed_params *p, const float *x, int8_t *result)
{
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    do {
        for (int32_t i = 0; i < p->extents[0]; i++) {
            *result++ = (int8_t)edgeai_quantized_even(x[place + i * p->strides[0]], p->scale, p->zero_point, -128.0f, 127.0f);
        }
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}

void edgeai_quantize_even_transposed_s16(const edgeai_quantize_even_transposed_params *p, const float *x, int16_t *result)
{
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    do {
        for (int32_t i = 0; i < p->extents[0]; i++) {
            *result++ = (int16_t)edgeai_quantized_even(x[place + i * p->strides[0]], p->scale, p->zero_point, -32768.0f, 32767.0f);
        }
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}
