#include "edgeai_copy.h"

#include <string.h>

#include "edgeai_axes.h"

/* Elements step elements apart become neighbours. Constant sizes make each memcpy one load and one store. */
static void edgeai_copy_gather(uint8_t *result, const uint8_t *x, int32_t count, int32_t step, int32_t element_size)
{
    const int32_t stride = step * element_size;
    int32_t i;
    switch (element_size) {
    case 1:
        for (i = 0; i < count; i++) {
            result[i] = x[i * stride];
        }
        break;
    case 2:
        for (i = 0; i < count; i++) {
            memcpy(result + i * 2, x + i * stride, 2);
        }
        break;
    case 4:
        for (i = 0; i < count; i++) {
            memcpy(result + i * 4, x + i * stride, 4);
        }
        break;
    default:
        for (i = 0; i < count; i++) {
            memcpy(result + i * 8, x + i * stride, 8);
        }
        break;
    }
}

void edgeai_copy(const edgeai_copy_params *p, const void *x, void *result)
{
    const int32_t size = p->element_size;
    const int32_t count = p->extents[0];
    const uint8_t *from = (const uint8_t *)x;
    uint8_t *to = (uint8_t *)result;
    int32_t index[EDGEAI_MOST_AXES] = {0};
    int32_t place = p->start;
    if (count == 0) {
        return;
    }
    do {
        if (p->strides[0] == 1) {
            memcpy(to, from + place * size, (size_t)count * (size_t)size);
        } else {
            edgeai_copy_gather(to, from + place * size, count, p->strides[0], size);
        }
        to += count * size;
    } while (edgeai_next_run(p->axes, p->extents, p->strides, index, &place));
}
