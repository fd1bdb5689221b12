#include "edgeai_add_s8.h"

#include "edgeai_vectors_s8.h"

#define LEFT_SHIFT 20
#define HALF (1 << 30)

/* Shifts for which one product with an addend does both roundings. */
static int32_t is_small(int32_t shift)
{
    return shift <= 0 && shift >= -22;
}

#if EDGEAI_MVE

static void add_run(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result, int32_t count)
{
    /* Results may alias the parameters for all that the compiler knows: they are read once. */
    const edgeai_add_s8_params by = *p;
    const int32x4_t shifts_a = vdupq_n_s32(by.shift_a);
    const int32x4_t shifts_b = vdupq_n_s32(by.shift_b);
    const int32x4_t shifts = vdupq_n_s32(by.shift);
    const int32_t half = by.multiplier_a == HALF && by.shift_a == 0;
    while (count > 0) {
        const mve_pred16_t lanes = vctp32q((uint32_t)count);
        int32x4_t value_a = vshlq_n_s32(vsubq_n_s32(vldrbq_z_s32(a, lanes), by.zero_point_a), LEFT_SHIFT);
        int32x4_t value_b = vshlq_n_s32(vsubq_n_s32(vldrbq_z_s32(b, lanes), by.zero_point_b), LEFT_SHIFT);
        if (half) {
            value_a = vshrq_n_s32(value_a, 1);
        } else {
            value_a = edgeai_requantize_lanes(value_a, vdupq_n_s32(by.multiplier_a), shifts_a, 0);
        }
        value_b = edgeai_requantize_lanes(value_b, vdupq_n_s32(by.multiplier_b), shifts_b, 0);
        int32x4_t value = edgeai_requantize_lanes(vaddq_s32(value_a, value_b), vdupq_n_s32(by.multiplier), shifts, 0);
        value = vaddq_n_s32(value, by.zero_point);
        value = vminq_s32(vmaxq_s32(value, vdupq_n_s32(by.minimum)), vdupq_n_s32(by.maximum));
        vstrbq_p_s32(result, value, lanes);
        a += 4;
        b += 4;
        result += 4;
        count -= 4;
    }
}

#else

/* (x * multiplier * 2^(shift - 31), rounded) + offset, for |x| < 2^30 and small shifts. */
typedef struct scale {
    int32_t multiplier;
    int32_t addend; /* the outer rounding's half and the offset */
    int32_t sign; /* -1 where the outer rounding is half away from zero; 0 where there is none */
    int32_t right;
} scale;

static inline scale scale_of(int32_t multiplier, int32_t shift, int32_t offset)
{
    scale made;
    made.multiplier = multiplier;
    made.right = -shift;
    made.addend = shift == 0 ? offset : (1 << (made.right - 1)) + offset * (1 << made.right);
    made.sign = shift == 0 ? 0 : -1;
    return made;
}

#if defined(__thumb__) && !defined(__thumb2__)

/* Without products of 64 bits; v is round(x * multiplier / 2^31). */
static inline int32_t finish(int32_t v, scale by)
{
    return (v + by.addend + ((v >> 31) & by.sign)) >> by.right;
}

/* A difference has 9 bits: (difference * 2^20 * multiplier + 2^30) / 2^31 in two parts. */
static inline int32_t apply_to_difference(int32_t difference, scale by)
{
    const int32_t upper = by.multiplier >> 16;
    const int32_t lower = by.multiplier & 0xFFFF;
    return finish(difference * upper * 32 + ((difference * lower + 1024) >> 11), by);
}

/* The product in units of 2^16 without the part of both upper halves, of which twice is added. */
static inline int32_t apply(int32_t x, scale by)
{
    const int32_t upper = by.multiplier >> 16;
    const int32_t lower = by.multiplier & 0xFFFF;
    const int32_t x_lower = (int16_t)x;
    const int32_t x_upper = (x - x_lower) >> 16;
    const int32_t part = x_lower * upper + ((x_lower * lower) >> 16) + x_upper * lower;
    return finish(x_upper * upper * 2 + ((part + (1 << 14)) >> 15), by);
}

static void add_run(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result, int32_t count)
{
    const scale scale_a = scale_of(p->multiplier_a, p->shift_a, 0);
    const scale scale_b = scale_of(p->multiplier_b, p->shift_b, 0);
    const scale scale_sum = scale_of(p->multiplier, p->shift, p->zero_point);
    for (int32_t i = 0; i < count; i++) {
        const int32_t value_a = apply_to_difference(a[i] - p->zero_point_a, scale_a);
        const int32_t value_b = apply_to_difference(b[i] - p->zero_point_b, scale_b);
        result[i] = (int8_t)edgeai_clamp(apply(value_a + value_b, scale_sum), p->minimum, p->maximum);
    }
}

#else

/* Of twice = 2 * x. */
static inline int32_t apply(int32_t twice, scale by)
{
    const int32_t addend = by.addend + ((twice >> 31) & by.sign);
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
    int32_t sum;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(sum) : "r"(twice), "r"(by.multiplier), "r"(addend));
    return sum >> by.right;
#else
    const int64_t product = (int64_t)twice * by.multiplier + ((int64_t)1 << 31);
    return ((int32_t)(product >> 32) + addend) >> by.right;
#endif
}

static inline int32_t saturate(int32_t value)
{
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
    int32_t saturated;
    __asm__("ssat %0, #8, %1" : "=r"(saturated) : "r"(value));
    return saturated;
#else
    return edgeai_clamp(value, -128, 127);
#endif
}

static void add_run(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result, int32_t count)
{
    const scale by_b = scale_of(p->multiplier_b, p->shift_b, 0);
    const scale by = scale_of(p->multiplier, p->shift, p->zero_point);
    const int32_t start_b = -p->zero_point_b * (1 << (LEFT_SHIFT + 1));
    if (p->multiplier_a == HALF && p->shift_a == 0) {
        const int32_t start_a = -p->zero_point_a * (1 << LEFT_SHIFT);
        for (int32_t i = 0; i < count; i++) {
            const int32_t value_b = apply(b[i] * (1 << (LEFT_SHIFT + 1)) + start_b, by_b);
            const int32_t twice = a[i] * (1 << LEFT_SHIFT) + start_a + 2 * value_b;
            result[i] = (int8_t)saturate(apply(twice, by));
        }
    } else {
        const scale by_a = scale_of(p->multiplier_a, p->shift_a, 0);
        const int32_t start_a = -p->zero_point_a * (1 << (LEFT_SHIFT + 1));
        for (int32_t i = 0; i < count; i++) {
            const int32_t value_a = apply(a[i] * (1 << (LEFT_SHIFT + 1)) + start_a, by_a);
            const int32_t value_b = apply(b[i] * (1 << (LEFT_SHIFT + 1)) + start_b, by_b);
            result[i] = (int8_t)saturate(apply((value_a + value_b) * 2, by));
        }
    }
    if (p->minimum > -128 || p->maximum < 127) {
        for (int32_t i = 0; i < count; i++) {
            result[i] = (int8_t)edgeai_clamp(result[i], p->minimum, p->maximum);
        }
    }
}

#endif

#endif

static void add_any(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result, int32_t count)
{
    const int32_t step_a = p->shape.strides_a[0];
    const int32_t step_b = p->shape.strides_b[0];
    for (int32_t i = 0; i < count; i++) {
        const int32_t value_a =
            edgeai_requantize((*a - p->zero_point_a) * (1 << LEFT_SHIFT), p->multiplier_a, p->shift_a);
        const int32_t value_b =
            edgeai_requantize((*b - p->zero_point_b) * (1 << LEFT_SHIFT), p->multiplier_b, p->shift_b);
        const int32_t value = edgeai_add(edgeai_requantize(value_a + value_b, p->multiplier, p->shift), p->zero_point);
        result[i] = (int8_t)edgeai_clamp(value, p->minimum, p->maximum);
        a += step_a;
        b += step_b;
    }
}

void edgeai_add_s8(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result)
{
    const int32_t count = p->shape.extents[0];
    const int32_t fused = is_small(p->shift_a) && is_small(p->shift_b) && is_small(p->shift) && p->shape.strides_a[0] == 1
        && p->shape.strides_b[0] == 1;
    edgeai_broadcast_place place = {0, 0, {0}};
    do {
        if (fused) {
            add_run(p, a + place.a, b + place.b, result, count);
        } else {
            add_any(p, a + place.a, b + place.b, result, count);
        }
        result += count;
    } while (edgeai_broadcast_next(&p->shape, &place));
}
