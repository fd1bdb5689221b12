#include "edgeai_dequantize_transposed.h"

void edgeai_dequantize_transposed_s8(const edgeai_dequantize_transposed_params *p, const int8_t *x, float *result)
{
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    do {
        for (int32_t i = 0; i < p->extents[0]; i++) {
            *result++ = p->scale * (float)(x[place + i * p->strides[0]] - p->zero_point);
        }
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}

void edgeai_dequantize_transposed_s16(const edgeai_dequantize_transposed_params *p, const int16_t *x, float *result)
{
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    do {
        for (int32_t i = 0; i < p->extents[0]; i++) {
            *result++ = p->scale * (float)(x[place + i * p->strides[0]] - p->zero_point);
        }
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}
