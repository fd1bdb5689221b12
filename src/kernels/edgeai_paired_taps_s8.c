#include "edgeai_paired_taps_s8.h"

#if EDGEAI_THUMB != 0

#define FUNCTION(name, body) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" body \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

/* Eight steps in a row: windows of another number enter the first round behind those that are too many. */
#define EIGHT(step) step step step step step step step step

#endif

#if EDGEAI_THUMB == 1

/* r0 x, r1 weights, r6 the sum of the second pixel, r8 that of words: 16 bytes of code. */
#define STEP \
    "ldmia r0!, {r2, r3}\n" \
    "ldmia r1!, {r4, r5}\n" \
    "muls r4, r2\n" \
    "muls r5, r3\n" \
    "adds r4, r4, r5\n" \
    "add r8, r4\n" \
    "asrs r4, r4, #16\n" \
    "adcs r6, r4\n"

/* r7 y, r9 r10 what the sums start with, r11 the window, r12 the channel, r14 the end of weights. On the stack: weights, bytes of code to leave out,
 * other, step, step of x, windows. */
#define TILE(name, result) \
    FUNCTION(name, \
        "push {r4, r5, r6, r7, lr}\n" \
        "mov r4, r8\n" \
        "mov r5, r9\n" \
        "mov r6, r10\n" \
        "mov r7, r11\n" \
        "push {r4, r5, r6, r7}\n" \
        "sub sp, sp, #24\n" \
        "ldmia r0!, {r1, r2, r3, r4, r7}\n" \
        "mov r11, r1\n" \
        "str r2, [sp, #0]\n" \
        "mov r12, r4\n" \
        "lsls r5, r3, #3\n" \
        "adds r2, r2, r5\n" \
        "mov lr, r2\n" \
        "rsbs r3, r3, #0\n" \
        "lsls r3, r3, #29\n" \
        "lsrs r3, r3, #25\n" \
        "str r3, [sp, #4]\n" \
        "ldr r6, [r4]\n" \
        "mov r10, r6\n" \
        "lsls r5, r6, #16\n" \
        "adds r5, r5, r6\n" \
        "mov r9, r5\n" \
        "ldmia r0!, {r1, r2, r3, r4}\n" \
        "add r0, sp, #8\n" \
        "stmia r0!, {r1, r2, r3, r4}\n" \
        "1:\n" \
        "mov r6, r10\n" \
        "mov r8, r9\n" \
        "mov r0, r11\n" \
        "ldr r1, [sp, #0]\n" \
        "ldr r2, [sp, #4]\n" \
        "add pc, r2\n" \
        "nop\n" \
        "2:\n" EIGHT(STEP) \
        "cmp r1, lr\n" \
        "bne 2b\n" \
        "mov r1, r12\n" \
        "lsls r2, r6, #16\n" \
        "mov r0, r8\n" \
        "subs r0, r0, r2\n" result("r6", 0) \
        "ldr r3, [sp, #8]\n" \
        "strb r2, [r7, r3]\n" result("r0", 0) \
        "strb r2, [r7]\n" \
        "ldr r3, [sp, #12]\n" \
        "adds r7, r7, r3\n" \
        "ldr r3, [sp, #16]\n" \
        "add r11, r3\n" \
        "ldr r3, [sp, #20]\n" \
        "subs r3, r3, #1\n" \
        "str r3, [sp, #20]\n" \
        "beq 3f\n" \
        "b 1b\n" \
        "3:\n" \
        "add sp, sp, #24\n" \
        "pop {r4, r5, r6, r7}\n" \
        "mov r8, r4\n" \
        "mov r9, r5\n" \
        "mov r10, r6\n" \
        "mov r11, r7\n" \
        "pop {r4, r5, r6, r7, pc}\n")

TILE("edgeai_paired_multiply_taps_linear_s8", EDGEAI_THUMB1_LINEAR);
TILE("edgeai_paired_multiply_taps_rectified_s8", EDGEAI_THUMB1_RECTIFIED);

#elif EDGEAI_THUMB == 2

/* r0 x, r1 weights, r8 the sum of words, r10 that of the second pixel, r12 2^15: 20 bytes of code. */
#define STEP \
    "ldmia.n r0!, {r2, r3}\n" \
    "ldmia.n r1!, {r4, r5}\n" \
    "mla r4, r4, r2, r12\n" \
    "mla r4, r5, r3, r4\n" \
    "add.w r8, r8, r4\n" \
    "add.w r10, r10, r4, asr #16\n"

/* r6 y, r7 the window, r9 the end of weights, r11 the channel, r14 windows. On the stack: what the sums start with, weights, bytes of code to leave
 * out, other, step, step of x. */
#define TILE(name, result) \
    FUNCTION(name, \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #28\n" \
        "ldmia r0, {r1-r8}\n" \
        "ldr r14, [r0, #32]\n" \
        "mov r11, r4\n" \
        "ldr r10, [r11]\n" \
        "add r9, r10, r10, lsl #16\n" \
        "sub r9, r9, r3, lsl #15\n" \
        "strd r9, r10, [sp, #0]\n" \
        "add r9, r2, r3, lsl #3\n" \
        "rsb r3, r3, #0\n" \
        "and r3, r3, #7\n" \
        "add r3, r3, r3, lsl #2\n" \
        "lsl r3, r3, #2\n" \
        "strd r2, r3, [sp, #8]\n" \
        "strd r6, r7, [sp, #16]\n" \
        "str r8, [sp, #24]\n" \
        "mov r6, r5\n" \
        "mov r7, r1\n" \
        "1:\n" \
        "ldrd r8, r10, [sp, #0]\n" \
        "ldrd r1, r2, [sp, #8]\n" \
        "mov r0, r7\n" \
        "mov r12, #32768\n" \
        "add.n pc, r2\n" \
        "nop.n\n" \
        "2:\n" EIGHT(STEP) \
        "cmp r1, r9\n" \
        "bne 2b\n" \
        "sub r8, r8, r10, lsl #16\n" \
        "ldmia r11, {r2, r3, r4, r5}\n" result("r10") result("r8") \
        "ldrd r2, r3, [sp, #16]\n" \
        "strb r10, [r6, r2]\n" \
        "strb r8, [r6]\n" \
        "add r6, r6, r3\n" \
        "ldr r2, [sp, #24]\n" \
        "add r7, r7, r2\n" \
        "subs r14, r14, #1\n" \
        "bne 1b\n" \
        "add sp, sp, #28\n" \
        "pop {r4-r11, pc}\n")

TILE("edgeai_paired_multiply_taps_linear_s8", EDGEAI_THUMB2_LINEAR);
TILE("edgeai_paired_multiply_taps_rectified_s8", EDGEAI_THUMB2_RECTIFIED);

#else

void edgeai_paired_multiply_taps_linear_s8(const edgeai_paired_taps_s8 *row)
{
    const uint32_t bias = (uint32_t)row->channel[0];
    const uint32_t *window = row->x;
    int8_t *y = row->y;
    for (uint32_t i = 0; i < row->windows; i++) {
        const uint32_t *x = window;
        const uint32_t *w = row->weights;
        uint32_t words = bias + (bias << 16);
        uint32_t second = bias;
        for (uint32_t step = 0; step < row->steps; step++) {
            const uint32_t word = x[0] * w[0] + x[1] * w[1];
            words += word;
            second += (uint32_t)((int32_t)(word + 32768u) >> 16);
            x += 2;
            w += 2;
        }
        y[row->other] = edgeai_channel_result_s8((int32_t)second, row->channel);
        *y = edgeai_channel_result_s8((int32_t)(words - (second << 16)), row->channel);
        y += row->step;
        window += row->x_step / 4u;
    }
}

void edgeai_paired_multiply_taps_rectified_s8(const edgeai_paired_taps_s8 *row)
{
    edgeai_paired_multiply_taps_linear_s8(row);
}

#endif
