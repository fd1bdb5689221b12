#include "edgeai_plain_reduce.h"

#define EDGEAI_PLAIN_REDUCE_DEFINE(name, type, wide, start_value, step_value, end_value) \
    void edgeai_plain_reduce_##name(const edgeai_plain_reduce_params *p, const type *x, type *result) \
    { \
        const int32_t count = p->shape.reduced.extents[0]; \
        const int32_t step = p->shape.reduced.strides[0]; \
        const int none = edgeai_reduce_is_empty(&p->shape.reduced); \
        int32_t kept[EDGEAI_REDUCE_AXES] = {0}; \
        int32_t start = 0; \
        if (edgeai_reduce_is_empty(&p->shape.kept)) { \
            return; \
        } \
        do { \
            int32_t reduced[EDGEAI_REDUCE_AXES] = {0}; \
            int32_t place = start; \
            int more = !none; \
            wide value = start_value; \
            while (more) { \
                for (int32_t i = 0; i < count; i++) { \
                    const wide y = (wide)x[place + i * step]; \
                    value = step_value; \
                } \
                more = edgeai_reduce_next(&p->shape.reduced, reduced, &place, 1); \
            } \
            *result++ = (type)(end_value); \
        } while (edgeai_reduce_next(&p->shape.kept, kept, &start, 0)); \
    }

#define EDGEAI_PLAIN_REDUCE_DEFINE_ALL(suffix, type, wide, lowest, highest) \
    EDGEAI_PLAIN_REDUCE_DEFINE(sum_##suffix, type, wide, 0, (wide)((uint64_t)value + (uint64_t)y), value / (wide)p->divisor) \
    EDGEAI_PLAIN_REDUCE_DEFINE(product_##suffix, type, wide, 1, (wide)((uint64_t)value * (uint64_t)y), value) \
    EDGEAI_PLAIN_REDUCE_DEFINE(max_##suffix, type, wide, lowest, y > value ? y : value, value) \
    EDGEAI_PLAIN_REDUCE_DEFINE(min_##suffix, type, wide, highest, y < value ? y : value, value)

EDGEAI_PLAIN_REDUCE_DEFINE_ALL(s8, int8_t, int64_t, INT8_MIN, INT8_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(u8, uint8_t, uint64_t, 0, UINT8_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(s16, int16_t, int64_t, INT16_MIN, INT16_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(u16, uint16_t, uint64_t, 0, UINT16_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(s32, int32_t, int64_t, INT32_MIN, INT32_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(u32, uint32_t, uint64_t, 0, UINT32_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(s64, int64_t, int64_t, INT64_MIN, INT64_MAX)
EDGEAI_PLAIN_REDUCE_DEFINE_ALL(u64, uint64_t, uint64_t, 0, UINT64_MAX)
