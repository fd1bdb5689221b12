#include "edgeai_plain_unary.h"

#define EDGEAI_PLAIN_UNARY_DEFINE(name, type, expression) \
    void edgeai_plain_##name(const edgeai_plain_unary_params *p, const type *x, type *result) \
    { \
        for (int32_t i = 0; i < p->count; i++) { \
            const uint64_t value = (uint64_t)x[i]; \
            result[i] = (type)(expression); \
        } \
    }

#define EDGEAI_PLAIN_UNARY_DEFINE_ALL(suffix, type) \
    EDGEAI_PLAIN_UNARY_DEFINE(absolute_##suffix, type, x[i] < 0 ? 0u - value : value) \
    EDGEAI_PLAIN_UNARY_DEFINE(negate_##suffix, type, 0u - value) \
    EDGEAI_PLAIN_UNARY_DEFINE(square_##suffix, type, value * value)

#define EDGEAI_PLAIN_CLAMP_DEFINE(suffix, type, wide, sign) \
    void edgeai_plain_clamp_##suffix(const edgeai_plain_limits_##sign *p, const type *x, type *result) \
    { \
        for (int32_t i = 0; i < p->count; i++) { \
            const wide value = (wide)x[i]; \
            result[i] = (type)(value < p->minimum ? p->minimum : value > p->maximum ? p->maximum : value); \
        } \
    }

EDGEAI_PLAIN_UNARY_DEFINE_ALL(s8, int8_t)
EDGEAI_PLAIN_UNARY_DEFINE_ALL(s16, int16_t)
EDGEAI_PLAIN_UNARY_DEFINE_ALL(s32, int32_t)
EDGEAI_PLAIN_UNARY_DEFINE_ALL(s64, int64_t)
EDGEAI_PLAIN_CLAMP_DEFINE(s8, int8_t, int64_t, signed)
EDGEAI_PLAIN_CLAMP_DEFINE(u8, uint8_t, uint64_t, unsigned)
EDGEAI_PLAIN_CLAMP_DEFINE(s16, int16_t, int64_t, signed)
EDGEAI_PLAIN_CLAMP_DEFINE(u16, uint16_t, uint64_t, unsigned)
EDGEAI_PLAIN_CLAMP_DEFINE(s32, int32_t, int64_t, signed)
EDGEAI_PLAIN_CLAMP_DEFINE(u32, uint32_t, uint64_t, unsigned)
EDGEAI_PLAIN_CLAMP_DEFINE(s64, int64_t, int64_t, signed)
EDGEAI_PLAIN_CLAMP_DEFINE(u64, uint64_t, uint64_t, unsigned)
