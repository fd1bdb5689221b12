#include "edgeai_vector_taps_s8.h"

#if EDGEAI_MVE

/* r0 pixel, r1 taps, r2 r3 places of two taps, r4 x, r5 weights, r6 channels, r7 channels left, r8 y, r9 all taps, r10 pairs, r11 odd;
 * q4-q7 sums, q2 q3 products of even and odd channels. */
#define WIDEN \
    "vmovlb.s16 q0, q2\n" \
    "vadd.i32 q4, q4, q0\n" \
    "vmovlt.s16 q0, q2\n" \
    "vadd.i32 q5, q5, q0\n" \
    "vmovlb.s16 q0, q3\n" \
    "vadd.i32 q6, q6, q0\n" \
    "vmovlt.s16 q0, q3\n" \
    "vadd.i32 q7, q7, q0\n"

#define TWO_TAPS \
    "ldrd r2, r3, [r1], #8\n" \
    "add r2, r2, r4\n" \
    "add r3, r3, r4\n" \
    "vpst\n" \
    "vldrbt.u8 q0, [r2]\n" \
    "vldrb.u8 q1, [r5], #16\n" \
    "vmullb.s8 q2, q0, q1\n" \
    "vmullt.s8 q3, q0, q1\n" \
    "vpst\n" \
    "vldrbt.u8 q0, [r3]\n" \
    "vldrb.u8 q1, [r5]\n" \
    "vmullb.s8 q1, q0, q1\n" \
    "vadd.i16 q2, q2, q1\n" \
    "vldrb.u8 q1, [r5], #16\n" \
    "vmullt.s8 q1, q0, q1\n" \
    "vadd.i16 q3, q3, q1\n" WIDEN

#define LAST_TAP \
    "ldr r2, [r1]\n" \
    "add r2, r2, r4\n" \
    "vpst\n" \
    "vldrbt.u8 q0, [r2]\n" \
    "vldrb.u8 q1, [r5], #16\n" \
    "vmullb.s8 q2, q0, q1\n" \
    "vmullt.s8 q3, q0, q1\n" WIDEN

/* edgeai_requantize_lanes with factors and shifts at these places. */
#define RECTIFIED(sums, factors, shifts) \
    "vldrw.32 q0, [r6, #" factors "]\n" \
    "vldrw.32 q1, [r6, #" shifts "]\n" \
    "vqrdmulh.s32 " sums ", " sums ", q0\n" \
    "vrshl.s32 " sums ", " sums ", q1\n"
#define LINEAR(sums, factors, shifts) \
    "vldrw.32 q0, [r6, #" factors "]\n" \
    "vldrw.32 q1, [r6, #" shifts "]\n" \
    "vmov.i32 q2, #0\n" \
    "vmax.s32 q3, q1, q2\n" \
    "vmin.s32 q1, q1, q2\n" \
    "vshl.s32 " sums ", " sums ", q3\n" \
    "vqrdmulh.s32 " sums ", " sums ", q0\n" \
    "vand q2, " sums ", q1\n" \
    "vshr.s32 q2, q2, #31\n" \
    "vqadd.s32 " sums ", " sums ", q2\n" \
    "vrshl.s32 " sums ", " sums ", q1\n"

#define TAPS(name, scale) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #4\n" \
        "vpush {d8-d15}\n" \
        "ldrd r9, r4, [r0]\n" \
        "ldrd r8, r5, [r0, #8]\n" \
        "ldrd r6, r7, [r0, #16]\n" \
        "ldrd r10, r11, [r0, #24]\n" \
        "1:\n" \
        "vctp.8 r7\n" \
        "vldrw.32 q4, [r6]\n" \
        "vldrw.32 q5, [r6, #48]\n" \
        "vldrw.32 q6, [r6, #96]\n" \
        "vldrw.32 q7, [r6, #144]\n" \
        "mov r1, r9\n" \
        "wls lr, r10, 3f\n" \
        "2:\n" TWO_TAPS \
        "le lr, 2b\n" \
        "3:\n" \
        "cmp r11, #0\n" \
        "beq 4f\n" LAST_TAP \
        "4:\n" scale("q4", "16", "32") scale("q5", "64", "80") scale("q6", "112", "128") scale("q7", "160", "176") \
        "vqmovnb.s32 q4, q4\n" \
        "vqmovnb.s32 q6, q6\n" \
        "vqmovnt.s32 q4, q5\n" \
        "vqmovnt.s32 q6, q7\n" \
        "ldrd r1, r2, [r0, #32]\n" \
        "ldr r3, [r0, #40]\n" \
        "vqadd.s16 q4, q4, r1\n" \
        "vqadd.s16 q6, q6, r1\n" \
        "vdup.8 q0, r2\n" \
        "vdup.8 q1, r3\n" \
        "vqmovnb.s16 q4, q4\n" \
        "vqmovnt.s16 q4, q6\n" \
        "vmax.s8 q4, q4, q0\n" \
        "vmin.s8 q4, q4, q1\n" \
        "vpst\n" \
        "vstrbt.8 q4, [r8], #16\n" \
        "adds r6, #192\n" \
        "adds r4, #16\n" \
        "subs r7, #16\n" \
        "bgt 1b\n" \
        "vpop {d8-d15}\n" \
        "add sp, sp, #4\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

TAPS("edgeai_vector_taps_rectified_s8", RECTIFIED);
TAPS("edgeai_vector_taps_linear_s8", LINEAR);

#else

static void sum_taps(const edgeai_vector_taps_s8 *pixel)
{
    static const uint8_t place[4] = {0, 2, 1, 3};
    const uint32_t taps = 2 * pixel->pairs + pixel->odd;
    const edgeai_vector_limits_s8 *limits = &pixel->limits;
    for (int32_t c = 0; c < pixel->count; c++) {
        const int32_t *channel =
            pixel->channels + c / 16 * EDGEAI_VECTOR_TAPS_CHANNEL_WORDS + place[c % 4] * EDGEAI_VECTOR_CHANNEL_WORDS + c % 16 / 4;
        const int8_t *w = pixel->weights + c / 16 * 16 * (int32_t)taps + c % 16;
        uint32_t sum = (uint32_t)channel[0];
        for (uint32_t tap = 0; tap < taps; tap++) {
            sum += (uint32_t)(((const int8_t *)(pixel->x + pixel->taps[tap]))[c] * w[16 * tap]);
        }
        const int32_t scaled = edgeai_requantize((int32_t)sum, channel[4], channel[8]);
        pixel->y[c] = (int8_t)edgeai_clamp(edgeai_add(scaled, limits->zero_point), limits->minimum, limits->maximum);
    }
}

void edgeai_vector_taps_rectified_s8(const edgeai_vector_taps_s8 *pixel)
{
    sum_taps(pixel);
}

void edgeai_vector_taps_linear_s8(const edgeai_vector_taps_s8 *pixel)
{
    sum_taps(pixel);
}

#endif
