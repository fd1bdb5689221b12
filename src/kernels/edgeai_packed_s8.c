#include "edgeai_packed_s8.h"

#include "edgeai_packed_finish_s8.h"

#if EDGEAI_DSP

/* r0 x, r1 weights, r2 r3 words of weights, r4-r6 sums of raw words, r7-r9 sums of A, r10-r12 lanes of the three rows, r14 steps.
 * On the stack: the three places of y, channels, their end, x, steps. */
#define FOUR_DEPTHS(before) \
    "ldrd r2, r3, [r1], #8\n" \
    "ldmia r0!, {r10, r11, r12}\n" \
    "smlad r4, r2, r10, r4\n" \
    "smlad r5, r2, r11, r5\n" \
    "smlad r6, r2, r12, r6\n" \
    "sxtb16 r2, r2\n" \
    "smlad r7, r2, r10, r7\n" \
    "smlad r8, r2, r11, r8\n" \
    "smlad r9, r2, r12, r9\n" \
    "ldmia r0!, {r10, r11, r12}\n" before \
    "smlad r4, r3, r10, r4\n" \
    "smlad r5, r3, r11, r5\n" \
    "smlad r6, r3, r12, r6\n" \
    "sxtb16 r3, r3\n" \
    "smlad r7, r3, r10, r7\n" \
    "smlad r8, r3, r11, r8\n" \
    "smlad r9, r3, r12, r9\n"

#define TILE(name, finish_a, finish_b) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #28\n" \
        "ldr r12, [r0, #28]\n" \
        "ldmia r0, {r1-r7}\n" \
        "stmia sp, {r1-r7}\n" \
        "mov r14, r4\n" \
        "mov r1, r12\n" \
        "1:\n" \
        "ldmia r14!, {r4, r7}\n" \
        "str r14, [sp, #12]\n" \
        "mov r5, r4\n" \
        "mov r6, r4\n" \
        "mov r8, r7\n" \
        "mov r9, r7\n" \
        "ldrd r0, r14, [sp, #20]\n" \
        "lsrs r14, r14, #1\n" \
        "bcc 3f\n" \
        "2:\n" FOUR_DEPTHS("") \
        "3:\n" FOUR_DEPTHS("subs r14, r14, #1\n") \
        "bne 2b\n" \
        "ldr r14, [sp, #12]\n" \
        "sub r4, r4, r7\n" \
        "sub r5, r5, r8\n" \
        "sub r6, r6, r9\n" \
        "ldmia r14!, {r0, r2, r3}\n" finish_a("r7") finish_a("r8") finish_a("r9") \
        "ldmia r14!, {r0, r2, r3}\n" finish_b("r4") finish_b("r5") finish_b("r6") \
        "ldmia sp, {r0, r2, r3}\n" \
        "strb r7, [r0], #1\n" \
        "strb r8, [r2], #1\n" \
        "strb r9, [r3], #1\n" \
        "strb r4, [r0], #1\n" \
        "strb r5, [r2], #1\n" \
        "strb r6, [r3], #1\n" \
        "stmia sp, {r0, r2, r3}\n" \
        "ldr r0, [sp, #16]\n" \
        "cmp r14, r0\n" \
        "bne 1b\n" \
        "add sp, sp, #28\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

TILE("edgeai_packed_tile_rectified_s8", EDGEAI_RECTIFIED_A, EDGEAI_RECTIFIED_B);
TILE("edgeai_packed_tile_linear_s8", EDGEAI_LINEAR_A, EDGEAI_LINEAR_B);

/* Four depths of four channels. */
#define FOUR_BY_FOUR \
    "ldr r7, [r0], #4\n" \
    "ldmia r1!, {r2, r3, r4, r5}\n" \
    "sxtb16 r6, r7\n" \
    "sxtb16 r7, r7, ror #8\n" \
    "smlad r8, r2, r6, r8\n" \
    "smlad r10, r3, r6, r10\n" \
    "sxtb16 r2, r2\n" \
    "sxtb16 r3, r3\n" \
    "smlad r9, r2, r6, r9\n" \
    "smlad r11, r3, r6, r11\n" \
    "smlad r8, r4, r7, r8\n" \
    "smlad r10, r5, r7, r10\n" \
    "sxtb16 r4, r4\n" \
    "sxtb16 r5, r5\n" \
    "smlad r9, r4, r7, r9\n" \
    "smlad r11, r5, r7, r11\n"

/* r0 x, r1 weights, r2-r5 words of weights, r6 r7 lanes, r8-r11 sums of raw words and of A of both pairs, r14 steps.
 * On the stack: y, channels, their end, x, steps. */
#define ROW(name, finish_a, finish_b) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #20\n" \
        "ldmia r0, {r1-r6}\n" \
        "stmia sp, {r2, r3, r4}\n" \
        "strd r1, r6, [sp, #12]\n" \
        "mov r1, r5\n" \
        "mov r12, r3\n" \
        "1:\n" \
        "ldrd r8, r9, [r12]\n" \
        "ldrd r10, r11, [r12, #32]\n" \
        "ldrd r0, r14, [sp, #12]\n" \
        "lsrs r14, r14, #1\n" \
        "bcc 3f\n" \
        "2:\n" FOUR_BY_FOUR \
        "3:\n" FOUR_BY_FOUR \
        "subs r14, r14, #1\n" \
        "bne 2b\n" \
        "sub r8, r8, r9\n" \
        "sub r4, r10, r11\n" \
        "mov r7, r11\n" \
        "ldr r6, [sp]\n" \
        "add r12, r12, #8\n" \
        "ldmia r12!, {r0, r2, r3}\n" finish_a("r9") \
        "ldmia r12!, {r0, r2, r3}\n" finish_b("r8") \
        "add r12, r12, #8\n" \
        "ldmia r12!, {r0, r2, r3}\n" finish_a("r7") \
        "ldmia r12!, {r0, r2, r3}\n" finish_b("r4") \
        "strb r9, [r6], #1\n" \
        "strb r8, [r6], #1\n" \
        "strb r7, [r6], #1\n" \
        "strb r4, [r6], #1\n" \
        "str r6, [sp]\n" \
        "ldr r0, [sp, #8]\n" \
        "cmp r12, r0\n" \
        "bne 1b\n" \
        "add sp, sp, #20\n" \
        "pop {r4-r11, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

ROW("edgeai_packed_row_rectified_s8", EDGEAI_RECTIFIED_A, EDGEAI_RECTIFIED_B);
ROW("edgeai_packed_row_linear_s8", EDGEAI_LINEAR_A, EDGEAI_LINEAR_B);

#else

/* The sums of a pair for one row: x and weights lie x_step and weight_step words apart. */
static void sum_pair(
    const uint32_t *x, int32_t x_step, const uint32_t *weights, int32_t weight_step, int32_t words, const int32_t *channel,
    int32_t *sum_a, int32_t *sum_b)
{
    uint32_t a = (uint32_t)channel[1];
    uint32_t both = (uint32_t)channel[0];
    for (int32_t i = 0; i < words; i++) {
        const uint32_t lanes = *x;
        const uint32_t word = *weights;
        const int32_t x0 = (int16_t)lanes;
        const int32_t x1 = (int16_t)(lanes >> 16);
        both += (uint32_t)(x0 * (int16_t)word) + (uint32_t)(x1 * (int16_t)(word >> 16));
        a += (uint32_t)(x0 * (int8_t)word) + (uint32_t)(x1 * (int8_t)(word >> 16));
        x += x_step;
        weights += weight_step;
    }
    *sum_a = (int32_t)a;
    *sum_b = (int32_t)(both - a);
}

static void multiply_tile(const edgeai_packed_tile_s8 *tile, int is_linear)
{
    const int32_t words = (int32_t)(tile->steps - 1) * 2;
    const uint32_t *weights = tile->weights;
    int32_t at = 0;
    for (const int32_t *channel = tile->channels; channel != tile->channels_end; channel += EDGEAI_PACKED_CHANNEL_WORDS) {
        for (int32_t row = 0; row < 3; row++) {
            int32_t sum_a;
            int32_t sum_b;
            sum_pair(tile->x + row, 3, weights, 1, words, channel, &sum_a, &sum_b);
            edgeai_packed_finish(tile->y[row] + at, sum_a, sum_b, channel, is_linear);
        }
        weights += words;
        at += 2;
    }
}

static void multiply_row(const edgeai_packed_row_s8 *row, int is_linear)
{
    const int32_t words = (int32_t)(row->steps - 1) * 2;
    const uint32_t *weights = row->weights;
    int8_t *y = row->y;
    for (const int32_t *channel = row->channels; channel != row->channels_end; channel += EDGEAI_PACKED_CHANNEL_WORDS) {
        const uint32_t *w = weights;
        uint32_t a = (uint32_t)channel[1];
        uint32_t both = (uint32_t)channel[0];
        for (int32_t i = 0; i < words; i += 2) {
            const uint32_t bytes = edgeai_load_word(row->x + 2 * i);
            const uint32_t lanes[2] = {edgeai_even_lanes(bytes), edgeai_odd_lanes(bytes)};
            for (int32_t half = 0; half < 2; half++) {
                const int32_t x0 = (int16_t)lanes[half];
                const int32_t x1 = (int16_t)(lanes[half] >> 16);
                both += (uint32_t)(x0 * (int16_t)*w) + (uint32_t)(x1 * (int16_t)(*w >> 16));
                a += (uint32_t)(x0 * (int8_t)*w) + (uint32_t)(x1 * (int8_t)(*w >> 16));
                w += 2;
            }
        }
        edgeai_packed_finish(y, (int32_t)a, (int32_t)(both - a), channel, is_linear);
        y += 2;
        /* The second pair of a group begins one word behind the first, the next group where this one ends. */
        weights = (channel - row->channels) % (2 * EDGEAI_PACKED_CHANNEL_WORDS) == 0 ? weights + 1 : w - 1;
    }
}

void edgeai_packed_tile_rectified_s8(const edgeai_packed_tile_s8 *tile)
{
    multiply_tile(tile, 0);
}

void edgeai_packed_tile_linear_s8(const edgeai_packed_tile_s8 *tile)
{
    multiply_tile(tile, 1);
}

void edgeai_packed_row_rectified_s8(const edgeai_packed_row_s8 *row)
{
    multiply_row(row, 0);
}

void edgeai_packed_row_linear_s8(const edgeai_packed_row_s8 *row)
{
    multiply_row(row, 1);
}

#endif
