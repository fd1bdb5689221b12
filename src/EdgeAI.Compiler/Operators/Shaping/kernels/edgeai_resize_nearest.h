/* Images of another height and width, each pixel a copy of the one at rows[y], columns[x]. */
#ifndef EDGEAI_RESIZE_NEAREST_H
#define EDGEAI_RESIZE_NEAREST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_resize_nearest_params {
    int32_t batches;
    int32_t height_x;
    int32_t width_x;
    int32_t height;
    int32_t width;
    int32_t pixel_bytes;
    const int16_t *rows;
    const int16_t *columns;
} edgeai_resize_nearest_params;

void edgeai_resize_nearest(const edgeai_resize_nearest_params *p, const void *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
