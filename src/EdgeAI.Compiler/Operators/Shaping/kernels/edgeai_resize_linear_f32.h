/* Images of another height and width: each pixel lies between two rows and two columns. */
#ifndef EDGEAI_RESIZE_LINEAR_F32_H
#define EDGEAI_RESIZE_LINEAR_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_resize_linear_f32_params {
    int32_t batches;
    int32_t height_x;
    int32_t width_x;
    int32_t height;
    int32_t width;
    int32_t channels;
    const int16_t *rows_lower;
    const int16_t *rows_upper;
    const float *rows_fraction;
    const int16_t *columns_lower;
    const int16_t *columns_upper;
    const float *columns_fraction;
} edgeai_resize_linear_f32_params;

void edgeai_resize_linear_f32(const edgeai_resize_linear_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
