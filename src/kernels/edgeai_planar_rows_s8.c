#include "edgeai_planar_rows_s8.h"

#if EDGEAI_DSP

/* r0 lanes, r1 y, r2 r3 words of two pairs of columns, r4-r9 weights, r10 r11 sums of two pixels, r12 bytes between them, r14 bias.
 * On the stack: factor, addend, shift, the channel's lanes and y, bytes of lanes, odd, channel, channels left, the end of lanes. */
#define PAIR_OF(words, wa, wb, first, second) \
    words \
    "smlad r10, " wa ", r2, " first "\n" \
    "smlabt r11, " wa ", r2, " second "\n" \
    "smlatb r10, " wb ", r3, r10\n" \
    "smlad r11, " wb ", r3, r11\n"
#define ONE_OF(words, wa, wb, first) \
    words \
    "smlad r10, " wa ", r2, " first "\n" \
    "smlatb r10, " wb ", r3, r10\n"
#define ROW_0 "ldr r2, [r0]\nldr r3, [r0, #128]!\n"
#define ROW_1 "ldr r2, [r0, #-124]\nldr r3, [r0, #4]\n"
#define ROW_2 "ldr r2, [r0, #-120]\nldr r3, [r0, #8]\n"

#define RECTIFIED(x) "smmla " x ", " x ", r2, r3\nssat " x ", #8, " x ", asr #13\n"
#define RECTIFIED_ONE "ldrd r2, r3, [sp]\n" RECTIFIED("r10")
#define RECTIFIED_PAIR "ldrd r2, r3, [sp]\n" RECTIFIED("r10") RECTIFIED("r11")
#define LINEAR(x) \
    "ldrd r2, r3, [sp]\n" \
    "add r3, r3, " x ", asr #31\n" \
    "smmlar " x ", " x ", r2, r3\n" \
    "ldr r2, [sp, #8]\n" \
    "asr " x ", " x ", r2\n" \
    "ssat " x ", #8, " x "\n"
#define LINEAR_ONE LINEAR("r10")
#define LINEAR_PAIR LINEAR("r10") LINEAR("r11")

#define PLANAR(name, finish_pair, finish_one) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #44\n" \
        "ldmia r0, {r1-r6}\n" \
        "mov r12, r3\n" \
        "strd r1, r2, [sp, #12]\n" \
        "lsl r4, r4, #7\n" \
        "strd r4, r5, [sp, #20]\n" \
        "mov r7, #4\n" \
        "strd r6, r7, [sp, #28]\n" \
        "1:\n" \
        "ldr r0, [sp, #28]\n" \
        "ldmia r0!, {r4-r9, lr}\n" \
        "ldmia r0!, {r1-r3}\n" \
        "stmia sp, {r1-r3}\n" \
        "str r0, [sp, #28]\n" \
        "ldrd r0, r1, [sp, #12]\n" \
        "ldr r2, [sp, #20]\n" \
        "add r2, r2, r0\n" \
        "str r2, [sp, #36]\n" \
        "2:\n" PAIR_OF(ROW_0, "r4", "r5", "r14", "r14") PAIR_OF(ROW_1, "r6", "r7", "r10", "r11") \
            PAIR_OF(ROW_2, "r8", "r9", "r10", "r11") finish_pair \
        "strb r10, [r1]\n" \
        "strb r11, [r1, r12]\n" \
        "add r1, r1, r12, lsl #1\n" \
        "ldr r2, [sp, #36]\n" \
        "cmp r0, r2\n" \
        "bne 2b\n" \
        "ldr r2, [sp, #24]\n" \
        "cbz r2, 3f\n" ONE_OF(ROW_0, "r4", "r5", "r14") ONE_OF(ROW_1, "r6", "r7", "r10") ONE_OF(ROW_2, "r8", "r9", "r10") finish_one \
        "strb r10, [r1]\n" \
        "3:\n" \
        "ldrd r0, r1, [sp, #12]\n" \
        "adds r0, #32\n" \
        "adds r1, #1\n" \
        "strd r0, r1, [sp, #12]\n" \
        "ldr r2, [sp, #32]\n" \
        "subs r2, #1\n" \
        "str r2, [sp, #32]\n" \
        "bne 1b\n" \
        "add sp, sp, #44\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

PLANAR("edgeai_planar_row_rectified_s8", RECTIFIED_PAIR, RECTIFIED_ONE);
PLANAR("edgeai_planar_row_linear_s8", LINEAR_PAIR, LINEAR_ONE);

#else

static int8_t saturate(int32_t value)
{
    return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

static int8_t finish(int32_t sum, const int32_t *scale, int is_linear)
{
    const int64_t product = (int64_t)sum * scale[0];
    if (is_linear) {
        const uint32_t high = (uint32_t)((product + ((int64_t)1 << 31)) >> 32);
        return saturate((int32_t)((uint32_t)scale[1] - (sum < 0 ? 1u : 0u) + high) >> scale[2]);
    }
    return saturate((int32_t)((uint32_t)scale[1] + (uint32_t)(product >> 32)) >> 13);
}

static uint32_t multiply(uint32_t lane, uint32_t weight)
{
    return (uint32_t)((int16_t)lane * (int16_t)weight);
}

static void sum_row(const edgeai_planar_row_s8 *row, int is_linear)
{
    const int32_t pixels = (int32_t)(2 * row->pairs + row->odd);
    for (int32_t c = 0; c < 4; c++) {
        const int32_t *channel = row->channel + c * EDGEAI_PLANAR_CHANNEL_WORDS;
        for (int32_t i = 0; i < pixels; i++) {
            const uint32_t *lanes = row->lanes + (i / 2 * 4 + c) * EDGEAI_PLANAR_ROWS;
            uint32_t sum = (uint32_t)channel[6];
            for (int32_t ky = 0; ky < 3; ky++) {
                const uint32_t w01 = (uint32_t)channel[2 * ky];
                const uint32_t w2 = (uint32_t)channel[2 * ky + 1] >> 16;
                const uint32_t x01 = lanes[ky];
                const uint32_t x23 = lanes[ky + 4 * EDGEAI_PLANAR_ROWS];
                if (i % 2 == 0) {
                    sum += multiply(x01, w01) + multiply(x01 >> 16, w01 >> 16) + multiply(x23, w2);
                } else {
                    sum += multiply(x01 >> 16, w01) + multiply(x23, w01 >> 16) + multiply(x23 >> 16, w2);
                }
            }
            row->y[i * row->step + c] = finish((int32_t)sum, channel + 7, is_linear);
        }
    }
}

void edgeai_planar_row_rectified_s8(const edgeai_planar_row_s8 *row)
{
    sum_row(row, 0);
}

void edgeai_planar_row_linear_s8(const edgeai_planar_row_s8 *row)
{
    sum_row(row, 1);
}

#endif
