#include "edgeai_resize_nearest.h"

#include <stddef.h>
#include <string.h>

void edgeai_resize_nearest(const edgeai_resize_nearest_params *p, const void *x, void *result)
{
    uint8_t *to = (uint8_t *)result;
    for (int32_t batch = 0; batch < p->batches; batch++) {
        for (int32_t i = 0; i < p->height; i++) {
            const int32_t row = (batch * p->height_x + p->rows[i]) * p->width_x;
            for (int32_t j = 0; j < p->width; j++) {
                memcpy(to, (const uint8_t *)x + (ptrdiff_t)(row + p->columns[j]) * p->pixel_bytes, (size_t)p->pixel_bytes);
                to += p->pixel_bytes;
            }
        }
    }
}
