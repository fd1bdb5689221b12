#include "edgeai_cast.h"

static int64_t cut_off(float value)
{
    if (value != value) {
        return 0;
    }
    return value >= 9223372036854775808.0f ? INT64_MAX : value <= -9223372036854775808.0f ? INT64_MIN : (int64_t)value;
}

void edgeai_cast(const edgeai_cast_params *p, const void *x, void *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        if (p->to == EDGEAI_ELEMENT_F32) {
            const int64_t value = p->from == EDGEAI_ELEMENT_F32 ? 0 : edgeai_element_integer(x, p->from, i);
            ((float *)result)[i] = p->from == EDGEAI_ELEMENT_F32 ? ((const float *)x)[i]
                : p->from == EDGEAI_ELEMENT_U64 ? (float)(uint64_t)value
                : (float)value;
        } else if (p->from == EDGEAI_ELEMENT_F32) {
            const float value = ((const float *)x)[i];
            edgeai_element_put(result, p->to, i, p->to == EDGEAI_ELEMENT_B8 ? value != 0.0f || value != value : cut_off(value));
        } else {
            edgeai_element_put(result, p->to, i, edgeai_element_integer(x, p->from, i));
        }
    }
}
