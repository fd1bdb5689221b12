/* result = function(a, b), element by element with broadcasting, in numbers that stand for themselves. Integers wrap; predicates give 0 or 1. */
#ifndef EDGEAI_PLAIN_BINARY_H
#define EDGEAI_PLAIN_BINARY_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_plain_params {
    edgeai_broadcast shape;
} edgeai_plain_params;

#define EDGEAI_PLAIN_DECLARE(name, type, result_type) \
    typedef edgeai_plain_params edgeai_plain_##name##_params; \
    void edgeai_plain_##name(const edgeai_plain_params *p, const type *a, const type *b, result_type *result);

#define EDGEAI_PLAIN_DECLARE_INTEGERS(suffix, type) \
    EDGEAI_PLAIN_DECLARE(add_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(subtract_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(multiply_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(divide_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(maximum_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(minimum_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(power_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(squared_difference_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(bitwise_and_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(bitwise_or_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(bitwise_xor_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(modulo_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(remainder_##suffix, type, type)

#define EDGEAI_PLAIN_DECLARE_SHIFTS(suffix, type) \
    EDGEAI_PLAIN_DECLARE(shift_left_##suffix, type, type) \
    EDGEAI_PLAIN_DECLARE(shift_right_##suffix, type, type)

#define EDGEAI_PLAIN_DECLARE_NUMBERS(suffix, type) \
    EDGEAI_PLAIN_DECLARE(equal_##suffix, type, uint8_t) \
    EDGEAI_PLAIN_DECLARE(less_##suffix, type, uint8_t) \
    EDGEAI_PLAIN_DECLARE(less_or_equal_##suffix, type, uint8_t) \
    EDGEAI_PLAIN_DECLARE(greater_##suffix, type, uint8_t) \
    EDGEAI_PLAIN_DECLARE(greater_or_equal_##suffix, type, uint8_t)

EDGEAI_PLAIN_DECLARE_INTEGERS(s8, int8_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(u8, uint8_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(s16, int16_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(u16, uint16_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(s32, int32_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(u32, uint32_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(s64, int64_t)
EDGEAI_PLAIN_DECLARE_INTEGERS(u64, uint64_t)
EDGEAI_PLAIN_DECLARE_SHIFTS(u8, uint8_t)
EDGEAI_PLAIN_DECLARE_SHIFTS(u16, uint16_t)
EDGEAI_PLAIN_DECLARE_SHIFTS(u32, uint32_t)
EDGEAI_PLAIN_DECLARE_SHIFTS(u64, uint64_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(s8, int8_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(u8, uint8_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(s16, int16_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(u16, uint16_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(s32, int32_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(u32, uint32_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(s64, int64_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(u64, uint64_t)
EDGEAI_PLAIN_DECLARE_NUMBERS(f32, float)
EDGEAI_PLAIN_DECLARE(remainder_f32, float, float)
EDGEAI_PLAIN_DECLARE(logical_and_u8, uint8_t, uint8_t)
EDGEAI_PLAIN_DECLARE(logical_or_u8, uint8_t, uint8_t)
EDGEAI_PLAIN_DECLARE(logical_xor_u8, uint8_t, uint8_t)

#ifdef __cplusplus
}
#endif

#endif
