#include "edgeai_packed_taps_s8.h"

#if EDGEAI_DSP

/* r0 taps, r1 weights, r2 x of four channels, r4-r7 their sums (c, c + 2, c + 1, c + 3), r14 steps.
 * On the stack: taps, y, channels, their end, x, steps, odd. */
#define TWO_TAPS(before) \
    "ldrd r8, r9, [r0], #8\n" \
    "ldr r8, [r8, r2]\n" \
    "ldr r9, [r9, r2]\n" \
    "sxtb16 r10, r8\n" \
    "sxtb16 r11, r9\n" \
    "pkhbt r12, r10, r11, lsl #16\n" \
    "pkhtb r11, r11, r10, asr #16\n" \
    "ldrd r3, r10, [r1], #8\n" before \
    "smlad r4, r3, r12, r4\n" \
    "smlad r5, r10, r11, r5\n" \
    "sxtb16 r8, r8, ror #8\n" \
    "sxtb16 r9, r9, ror #8\n" \
    "pkhbt r12, r8, r9, lsl #16\n" \
    "pkhtb r11, r9, r8, asr #16\n" \
    "ldrd r3, r10, [r1], #8\n" \
    "smlad r6, r3, r12, r6\n" \
    "smlad r7, r10, r11, r7\n"

/* r8 factor, r9 addend, r10 shift. */
#define RECTIFIED(x) "ldmia r0!, {r8, r9, r10}\nlsl " x ", " x ", r10\nsmmla " x ", " x ", r8, r9\nssat " x ", #8, " x ", asr #13\n"
#define LINEAR(x) \
    "ldmia r0!, {r8, r9, r10}\nadd r9, r9, " x ", asr #31\nlsl " x ", " x ", #1\nsmmlar " x ", " x ", r8, r9\nasr " x ", " x ", r10\n" \
    "ssat " x ", #8, " x "\n"

#define TAPS(name, finish) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #28\n" \
        "ldmia r0, {r1-r8}\n" \
        "stmia sp, {r1-r7}\n" \
        "mov r1, r8\n" \
        "mov r2, r5\n" \
        "1:\n" \
        "ldr r3, [sp, #8]\n" \
        "ldmia r3!, {r4, r5, r6, r7}\n" \
        "str r3, [sp, #8]\n" \
        "ldr r0, [sp]\n" \
        "ldr r14, [sp, #20]\n" \
        "lsrs r14, r14, #1\n" \
        "bcc 3f\n" \
        "2:\n" TWO_TAPS("") \
        "3:\n" TWO_TAPS("subs r14, r14, #1\n") \
        "bne 2b\n" \
        "ldr r3, [sp, #24]\n" \
        "cbz r3, 4f\n" \
        "ldr r8, [r0]\n" \
        "ldr r8, [r8, r2]\n" \
        "ldrd r3, r10, [r1], #8\n" \
        "sxtb16 r9, r8\n" \
        "sxtb16 r8, r8, ror #8\n" \
        "smlabb r4, r3, r9, r4\n" \
        "smlatt r5, r3, r9, r5\n" \
        "smlabb r6, r10, r8, r6\n" \
        "smlatt r7, r10, r8, r7\n" \
        "4:\n" \
        "ldrd r3, r0, [sp, #4]\n" finish("r4") finish("r5") finish("r6") finish("r7") \
        "strb r4, [r3], #1\n" \
        "strb r6, [r3], #1\n" \
        "strb r5, [r3], #1\n" \
        "strb r7, [r3], #1\n" \
        "strd r3, r0, [sp, #4]\n" \
        "ldr r3, [sp, #12]\n" \
        "add r2, r2, #4\n" \
        "cmp r0, r3\n" \
        "bne 1b\n" \
        "add sp, sp, #28\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

TAPS("edgeai_packed_taps_rectified_s8", RECTIFIED);
TAPS("edgeai_packed_taps_linear_s8", LINEAR);

#else

static int8_t saturate(int32_t value)
{
    return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

static int8_t rectified(int32_t sum, const int32_t *scale)
{
    const int64_t product = (int64_t)(int32_t)((uint32_t)sum << scale[2]) * scale[0];
    return saturate((int32_t)((uint32_t)scale[1] + (uint32_t)(product >> 32)) >> 13);
}

static int8_t linear(int32_t sum, const int32_t *scale)
{
    const int64_t product = (int64_t)(int32_t)((uint32_t)sum << 1) * scale[0] + ((int64_t)1 << 31);
    const uint32_t sign = sum < 0 ? 1u : 0u;
    return saturate((int32_t)((uint32_t)scale[1] - sign + (uint32_t)(product >> 32)) >> scale[2]);
}

static uint32_t sum_lanes(uint32_t weights, int32_t a, int32_t b)
{
    return (uint32_t)((int16_t)weights * a) + (uint32_t)((int16_t)(weights >> 16) * b);
}

static void sum_taps(const edgeai_packed_taps_s8 *pixel, int is_linear)
{
    static const uint8_t place[4] = {0, 2, 1, 3};
    const uint32_t *w = pixel->weights;
    uintptr_t x = pixel->x;
    int8_t *y = pixel->y;
    for (const int32_t *channel = pixel->channels; channel != pixel->channels_end; channel += EDGEAI_TAPS_CHANNEL_WORDS) {
        const uintptr_t *tap = pixel->taps;
        uint32_t sums[4];
        for (int32_t i = 0; i < 4; i++) {
            sums[i] = (uint32_t)channel[i];
        }
        for (uint32_t step = 1; step < pixel->steps; step++) {
            const int8_t *a = (const int8_t *)(tap[0] + x);
            const int8_t *b = (const int8_t *)(tap[1] + x);
            for (int32_t i = 0; i < 4; i++) {
                sums[i] += sum_lanes(w[i], a[place[i]], b[place[i]]);
            }
            tap += 2;
            w += 4;
        }
        if (pixel->odd) {
            const int8_t *a = (const int8_t *)(tap[0] + x);
            sums[0] += sum_lanes(w[0], a[0], 0);
            sums[1] += sum_lanes(w[0], 0, a[2]);
            sums[2] += sum_lanes(w[1], a[1], 0);
            sums[3] += sum_lanes(w[1], 0, a[3]);
            w += 2;
        }
        for (int32_t i = 0; i < 4; i++) {
            const int32_t *scale = channel + 4 + 3 * i;
            y[place[i]] = is_linear ? linear((int32_t)sums[i], scale) : rectified((int32_t)sums[i], scale);
        }
        x += 4;
        y += 4;
    }
}

void edgeai_packed_taps_rectified_s8(const edgeai_packed_taps_s8 *pixel)
{
    sum_taps(pixel, 0);
}

void edgeai_packed_taps_linear_s8(const edgeai_packed_taps_s8 *pixel)
{
    sum_taps(pixel, 1);
}

#endif
