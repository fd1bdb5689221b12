/* result = function(x), element by element, in integers that stand for themselves and wrap. */
#ifndef EDGEAI_PLAIN_UNARY_H
#define EDGEAI_PLAIN_UNARY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_plain_unary_params {
    int32_t count;
} edgeai_plain_unary_params;

typedef struct edgeai_plain_limits_signed {
    int32_t count;
    int64_t minimum;
    int64_t maximum;
} edgeai_plain_limits_signed;

typedef struct edgeai_plain_limits_unsigned {
    int32_t count;
    uint64_t minimum;
    uint64_t maximum;
} edgeai_plain_limits_unsigned;

#define EDGEAI_PLAIN_UNARY_DECLARE(suffix, type) \
    typedef edgeai_plain_unary_params edgeai_plain_absolute_##suffix##_params; \
    typedef edgeai_plain_unary_params edgeai_plain_negate_##suffix##_params; \
    typedef edgeai_plain_unary_params edgeai_plain_square_##suffix##_params; \
    void edgeai_plain_absolute_##suffix(const edgeai_plain_unary_params *p, const type *x, type *result); \
    void edgeai_plain_negate_##suffix(const edgeai_plain_unary_params *p, const type *x, type *result); \
    void edgeai_plain_square_##suffix(const edgeai_plain_unary_params *p, const type *x, type *result);

#define EDGEAI_PLAIN_CLAMP_DECLARE(suffix, type, sign) \
    typedef edgeai_plain_limits_##sign edgeai_plain_clamp_##suffix##_params; \
    void edgeai_plain_clamp_##suffix(const edgeai_plain_limits_##sign *p, const type *x, type *result);

EDGEAI_PLAIN_UNARY_DECLARE(s8, int8_t)
EDGEAI_PLAIN_UNARY_DECLARE(s16, int16_t)
EDGEAI_PLAIN_UNARY_DECLARE(s32, int32_t)
EDGEAI_PLAIN_UNARY_DECLARE(s64, int64_t)
EDGEAI_PLAIN_CLAMP_DECLARE(s8, int8_t, signed)
EDGEAI_PLAIN_CLAMP_DECLARE(u8, uint8_t, unsigned)
EDGEAI_PLAIN_CLAMP_DECLARE(s16, int16_t, signed)
EDGEAI_PLAIN_CLAMP_DECLARE(u16, uint16_t, unsigned)
EDGEAI_PLAIN_CLAMP_DECLARE(s32, int32_t, signed)
EDGEAI_PLAIN_CLAMP_DECLARE(u32, uint32_t, unsigned)
EDGEAI_PLAIN_CLAMP_DECLARE(s64, int64_t, signed)
EDGEAI_PLAIN_CLAMP_DECLARE(u64, uint64_t, unsigned)

#ifdef __cplusplus
}
#endif

#endif
