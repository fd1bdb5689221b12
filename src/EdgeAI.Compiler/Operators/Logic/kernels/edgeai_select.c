#include "edgeai_select.h"

#include <string.h>

void edgeai_select(const edgeai_select_params *p, const uint8_t *condition, const void *yes, const void *no, void *result)
{
    const size_t size = (size_t)p->element_size;
    int32_t index[EDGEAI_SELECT_AXES] = {0};
    int32_t places[3] = {0, 0, 0};
    for (int32_t i = 0; i < p->count; i++) {
        const uint8_t *from = condition[places[0]] != 0 ? (const uint8_t *)yes + (size_t)places[1] * size : (const uint8_t *)no + (size_t)places[2] * size;
        memcpy((uint8_t *)result + (size_t)i * size, from, size);
        for (int32_t axis = p->axes - 1; axis >= 0; axis--) {
            places[0] += p->strides_0[axis];
            places[1] += p->strides_1[axis];
            places[2] += p->strides_2[axis];
            index[axis]++;
            if (index[axis] < p->extents[axis]) {
                break;
            }
            places[0] -= p->strides_0[axis] * p->extents[axis];
            places[1] -= p->strides_1[axis] * p->extents[axis];
            places[2] -= p->strides_2[axis] * p->extents[axis];
            index[axis] = 0;
        }
    }
}
