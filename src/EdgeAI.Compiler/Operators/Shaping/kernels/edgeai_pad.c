#include "edgeai_pad.h"

#include <stddef.h>
#include <string.h>

/* Where an element of the result is read, or -1 for the constant. */
static int32_t edgeai_pad_from(int32_t at, int32_t extent, int32_t mode)
{
    if (at >= 0 && at < extent) {
        return at;
    }
    if (mode == EDGEAI_PAD_CONSTANT) {
        return -1;
    }
    if (mode == EDGEAI_PAD_EDGE) {
        return at < 0 ? 0 : extent - 1;
    }
    return at < 0 ? -at : 2 * (extent - 1) - at;
}

static uint8_t *edgeai_pad_fill(const edgeai_pad_params *p, const uint8_t *row, uint8_t *to, int32_t first, int32_t end)
{
    const int32_t size = p->element_size;
    for (int32_t i = first; i < end; i++) {
        const int32_t from = row == NULL ? -1 : edgeai_pad_from(i - p->before[0], p->extents[0], p->mode);
        memcpy(to, from < 0 ? p->value : row + from * size, (size_t)size);
        to += size;
    }
    return to;
}

void edgeai_pad(const edgeai_pad_params *p, const void *x, void *result)
{
    const int32_t size = p->element_size;
    uint8_t *to = (uint8_t *)result;
    int32_t index[EDGEAI_PAD_AXES] = {0};
    int32_t axis;
    for (axis = 0; axis < p->axes; axis++) {
        if (p->results[axis] == 0) {
            return;
        }
    }
    do {
        int32_t place = 0;
        int32_t stride = p->extents[0];
        for (axis = 1; axis < p->axes && place >= 0; axis++) {
            const int32_t from = edgeai_pad_from(index[axis] - p->before[axis], p->extents[axis], p->mode);
            place = from < 0 ? -1 : place + from * stride;
            stride *= p->extents[axis];
        }
        if (place < 0) {
            to = edgeai_pad_fill(p, NULL, to, 0, p->results[0]);
        } else {
            const uint8_t *row = (const uint8_t *)x + place * size;
            const int32_t inside = p->before[0] + p->extents[0];
            to = edgeai_pad_fill(p, row, to, 0, p->before[0]);
            memcpy(to, row, (size_t)p->extents[0] * (size_t)size);
            to += p->extents[0] * size;
            to = edgeai_pad_fill(p, row, to, inside, p->results[0]);
        }
        for (axis = 1; axis < p->axes; axis++) {
            index[axis]++;
            if (index[axis] < p->results[axis]) {
                break;
            }
            index[axis] = 0;
        }
    } while (axis < p->axes);
}
