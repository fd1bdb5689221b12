#include "edgeai_rescale.h"

#include "edgeai_requantize.h"

static int32_t edgeai_rescale_load(const void *x, int32_t type, int32_t i)
{
    switch (type) {
    case EDGEAI_RESCALE_S8:
        return ((const int8_t *)x)[i];
    case EDGEAI_RESCALE_U8:
        return ((const uint8_t *)x)[i];
    case EDGEAI_RESCALE_S16:
        return ((const int16_t *)x)[i];
    default:
        return ((const int32_t *)x)[i];
    }
}

void edgeai_rescale(const edgeai_rescale_params *p, const void *x, void *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t steps = (int32_t)((uint32_t)edgeai_rescale_load(x, p->type_x, i) - (uint32_t)p->zero_point_x);
        const int32_t moved = edgeai_add(edgeai_requantize(steps, p->multiplier, p->shift), p->zero_point);
        const int32_t value = moved < p->minimum ? p->minimum : moved > p->maximum ? p->maximum : moved;
        switch (p->type) {
        case EDGEAI_RESCALE_S8:
            ((int8_t *)result)[i] = (int8_t)value;
            break;
        case EDGEAI_RESCALE_U8:
            ((uint8_t *)result)[i] = (uint8_t)value;
            break;
        case EDGEAI_RESCALE_S16:
            ((int16_t *)result)[i] = (int16_t)value;
            break;
        default:
            ((int32_t *)result)[i] = value;
            break;
        }
    }
}
