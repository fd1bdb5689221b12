#include "edgeai_plain_binary.h"

#include <math.h>

/* Integers are computed in 64 bits of the type's own signedness; where that could overflow, in unsigned ones, which wrap. */

#define EDGEAI_PLAIN_DEFINE(name, type, result_type, wide, expression) \
    void edgeai_plain_##name(const edgeai_plain_params *p, const type *a, const type *b, result_type *result) \
    { \
        const int32_t count = p->shape.extents[0]; \
        edgeai_broadcast_place place = {0, 0, {0}}; \
        do { \
            for (int32_t i = 0; i < count; i++) { \
                const wide x = (wide)a[place.a + i * p->shape.strides_a[0]]; \
                const wide y = (wide)b[place.b + i * p->shape.strides_b[0]]; \
                result[i] = (result_type)(expression); \
            } \
            result += count; \
        } while (edgeai_broadcast_next(&p->shape, &place)); \
    }

static int64_t quotient_signed(int64_t x, int64_t y)
{
    return y == 0 ? 0 : y == -1 ? (int64_t)(0u - (uint64_t)x) : x / y;
}

static int64_t remainder_signed(int64_t x, int64_t y)
{
    return (y == 0 || y == -1) ? 0 : x % y;
}

static int64_t modulo_signed(int64_t x, int64_t y)
{
    const int64_t rest = remainder_signed(x, y);
    return (rest != 0 && (rest < 0) != (y < 0)) ? rest + y : rest;
}

static uint64_t quotient_unsigned(uint64_t x, uint64_t y)
{
    return y == 0 ? 0 : x / y;
}

static uint64_t remainder_unsigned(uint64_t x, uint64_t y)
{
    return y == 0 ? 0 : x % y;
}

static uint64_t modulo_unsigned(uint64_t x, uint64_t y)
{
    return remainder_unsigned(x, y);
}

static uint64_t power_unsigned(uint64_t x, uint64_t y)
{
    uint64_t result = 1;
    for (; y > 0; y >>= 1) {
        if ((y & 1u) != 0) {
            result *= x;
        }
        x *= x;
    }
    return result;
}

static int64_t power_signed(int64_t x, int64_t y)
{
    if (y >= 0) {
        return (int64_t)power_unsigned((uint64_t)x, (uint64_t)y);
    }
    return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
}

#define EDGEAI_PLAIN_DEFINE_INTEGERS(suffix, type, wide, sign) \
    EDGEAI_PLAIN_DEFINE(add_##suffix, type, type, wide, (uint64_t)x + (uint64_t)y) \
    EDGEAI_PLAIN_DEFINE(subtract_##suffix, type, type, wide, (uint64_t)x - (uint64_t)y) \
    EDGEAI_PLAIN_DEFINE(multiply_##suffix, type, type, wide, (uint64_t)x * (uint64_t)y) \
    EDGEAI_PLAIN_DEFINE(divide_##suffix, type, type, wide, quotient_##sign(x, y)) \
    EDGEAI_PLAIN_DEFINE(maximum_##suffix, type, type, wide, x > y ? x : y) \
    EDGEAI_PLAIN_DEFINE(minimum_##suffix, type, type, wide, x < y ? x : y) \
    EDGEAI_PLAIN_DEFINE(power_##suffix, type, type, wide, power_##sign(x, y)) \
    EDGEAI_PLAIN_DEFINE(squared_difference_##suffix, type, type, wide, ((uint64_t)x - (uint64_t)y) * ((uint64_t)x - (uint64_t)y)) \
    EDGEAI_PLAIN_DEFINE(bitwise_and_##suffix, type, type, wide, x & y) \
    EDGEAI_PLAIN_DEFINE(bitwise_or_##suffix, type, type, wide, x | y) \
    EDGEAI_PLAIN_DEFINE(bitwise_xor_##suffix, type, type, wide, x ^ y) \
    EDGEAI_PLAIN_DEFINE(modulo_##suffix, type, type, wide, modulo_##sign(x, y)) \
    EDGEAI_PLAIN_DEFINE(remainder_##suffix, type, type, wide, remainder_##sign(x, y)) \
    EDGEAI_PLAIN_DEFINE_NUMBERS(suffix, type, wide)

#define EDGEAI_PLAIN_DEFINE_SHIFTS(suffix, type) \
    EDGEAI_PLAIN_DEFINE(shift_left_##suffix, type, type, uint64_t, y >= 64u ? 0u : x << y) \
    EDGEAI_PLAIN_DEFINE(shift_right_##suffix, type, type, uint64_t, y >= 64u ? 0u : x >> y)

#define EDGEAI_PLAIN_DEFINE_NUMBERS(suffix, type, wide) \
    EDGEAI_PLAIN_DEFINE(equal_##suffix, type, uint8_t, wide, x <= y && x >= y) \
    EDGEAI_PLAIN_DEFINE(less_##suffix, type, uint8_t, wide, x < y) \
    EDGEAI_PLAIN_DEFINE(less_or_equal_##suffix, type, uint8_t, wide, x <= y) \
    EDGEAI_PLAIN_DEFINE(greater_##suffix, type, uint8_t, wide, x > y) \
    EDGEAI_PLAIN_DEFINE(greater_or_equal_##suffix, type, uint8_t, wide, x >= y)

EDGEAI_PLAIN_DEFINE_INTEGERS(s8, int8_t, int64_t, signed)
EDGEAI_PLAIN_DEFINE_INTEGERS(u8, uint8_t, uint64_t, unsigned)
EDGEAI_PLAIN_DEFINE_INTEGERS(s16, int16_t, int64_t, signed)
EDGEAI_PLAIN_DEFINE_INTEGERS(u16, uint16_t, uint64_t, unsigned)
EDGEAI_PLAIN_DEFINE_INTEGERS(s32, int32_t, int64_t, signed)
EDGEAI_PLAIN_DEFINE_INTEGERS(u32, uint32_t, uint64_t, unsigned)
EDGEAI_PLAIN_DEFINE_INTEGERS(s64, int64_t, int64_t, signed)
EDGEAI_PLAIN_DEFINE_INTEGERS(u64, uint64_t, uint64_t, unsigned)
EDGEAI_PLAIN_DEFINE_SHIFTS(u8, uint8_t)
EDGEAI_PLAIN_DEFINE_SHIFTS(u16, uint16_t)
EDGEAI_PLAIN_DEFINE_SHIFTS(u32, uint32_t)
EDGEAI_PLAIN_DEFINE_SHIFTS(u64, uint64_t)
EDGEAI_PLAIN_DEFINE_NUMBERS(f32, float, float)
EDGEAI_PLAIN_DEFINE(remainder_f32, float, float, float, fmodf(x, y))
EDGEAI_PLAIN_DEFINE(logical_and_u8, uint8_t, uint8_t, uint8_t, x != 0 && y != 0)
EDGEAI_PLAIN_DEFINE(logical_or_u8, uint8_t, uint8_t, uint8_t, x != 0 || y != 0)
EDGEAI_PLAIN_DEFINE(logical_xor_u8, uint8_t, uint8_t, uint8_t, (x != 0) != (y != 0))
