/* Images of another height and width: each pixel lies between two rows and two columns; fractions have 14 bits. */
#ifndef EDGEAI_RESIZE_LINEAR_S16_H
#define EDGEAI_RESIZE_LINEAR_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_resize_linear_s16_params {
    int32_t batches;
    int32_t height_x;
    int32_t width_x;
    int32_t height;
    int32_t width;
    int32_t channels;
    const int16_t *rows_lower;
    const int16_t *rows_upper;
    const int16_t *rows_fraction;
    const int16_t *columns_lower;
    const int16_t *columns_upper;
    const int16_t *columns_fraction;
} edgeai_resize_linear_s16_params;

void edgeai_resize_linear_s16(const edgeai_resize_linear_s16_params *p, const int16_t *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
