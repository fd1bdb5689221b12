#include "edgeai_add_s8.h"

#include "edgeai_requantize.h"

/* What scales by multiplier * 2^(-right - 31) in one product: addend is the outer rounding's half and whatever is added to the result. */
typedef struct scale {
    int32_t multiplier;
    int32_t addend;
    int32_t sign; /* -1 where the outer rounding is half away from zero; 0 where there is none */
    int32_t right;
} scale;

static scale scale_of(int32_t multiplier, int32_t shift, int32_t offset)
{
    scale made;
    made.multiplier = multiplier;
    made.right = -shift;
    made.addend = shift == 0 ? offset : (1 << (made.right - 1)) + offset * (1 << made.right);
    made.sign = shift == 0 ? 0 : -1;
    return made;
}

/* twice is 2 * x with |x| < 2^30; equals edgeai_requantize(x) + offset for shifts from -22 to 0. */
static inline int32_t apply(int32_t twice, scale by)
{
    const int32_t addend = by.addend + ((twice >> 31) & by.sign);
#if defined(__ARM_FEATURE_DSP)
    int32_t sum;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(sum) : "r"(twice), "r"(by.multiplier), "r"(addend));
    return sum >> by.right;
#else
    const int64_t product = (int64_t)twice * by.multiplier + ((int64_t)1 << 31);
    return ((int32_t)(product >> 32) + addend) >> by.right;
#endif
}

static int32_t is_small(int32_t shift)
{
    return shift <= 0 && shift >= -22;
}

void edgeai_add_s8(const edgeai_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result)
{
    const int32_t count = p->shape.extents[0];
    const int32_t step_a = p->shape.strides_a[0];
    const int32_t step_b = p->shape.strides_b[0];
    const int32_t fused = is_small(p->shift_a) && is_small(p->shift_b) && is_small(p->shift);
    edgeai_broadcast_place place = {0, 0, {0}};
    do {
        const int8_t *run_a = a + place.a;
        const int8_t *run_b = b + place.b;
        if (fused) {
            const scale scale_a = scale_of(p->multiplier_a, p->shift_a, 0);
            const scale scale_b = scale_of(p->multiplier_b, p->shift_b, 0);
            const scale scale_sum = scale_of(p->multiplier, p->shift, p->zero_point);
            for (int32_t i = 0; i < count; i++) {
                const int32_t value_a = apply((*run_a - p->zero_point_a) * (1 << 21), scale_a);
                const int32_t value_b = apply((*run_b - p->zero_point_b) * (1 << 21), scale_b);
                const int32_t value = apply((value_a + value_b) * 2, scale_sum);
                result[i] = (int8_t)edgeai_clamp(value, p->minimum, p->maximum);
                run_a += step_a;
                run_b += step_b;
            }
        } else {
            for (int32_t i = 0; i < count; i++) {
                const int32_t value_a =
                    edgeai_requantize((*run_a - p->zero_point_a) * (1 << 20), p->multiplier_a, p->shift_a);
                const int32_t value_b =
                    edgeai_requantize((*run_b - p->zero_point_b) * (1 << 20), p->multiplier_b, p->shift_b);
                const int32_t value =
                    edgeai_add(edgeai_requantize(value_a + value_b, p->multiplier, p->shift), p->zero_point);
                result[i] = (int8_t)edgeai_clamp(value, p->minimum, p->maximum);
                run_a += step_a;
                run_b += step_b;
            }
        }
        result += count;
    } while (edgeai_broadcast_next(&p->shape, &place));
}
