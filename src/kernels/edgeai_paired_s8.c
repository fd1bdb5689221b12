#include "edgeai_paired_s8.h"

#define FUNCTION(name, body) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" body \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

#if EDGEAI_THUMB == 1

/* r0 x, r1 weights, r6 r7 sums of second pixels, r8 r9 sums of words, r10 the end of x. The shift leaves bit 15, the sign of the first pixel's
 * part, in the carry. */
#define TWO_DEPTHS \
    "ldmia r0!, {r2, r3}\n" \
    "ldmia r1!, {r4, r5}\n" \
    "muls r4, r2\n" \
    "muls r5, r3\n" \
    "adds r4, r4, r5\n" \
    "add r8, r4\n" \
    "asrs r4, r4, #16\n" \
    "adcs r6, r4\n" \
    "ldmia r1!, {r4, r5}\n" \
    "muls r4, r2\n" \
    "muls r5, r3\n" \
    "adds r4, r4, r5\n" \
    "add r9, r4\n" \
    "asrs r4, r4, #16\n" \
    "adcs r7, r4\n"

/* r11 bytes of depth, r12 x of the next pair. On the stack: weights, channels, the places of y, step, other, pairs. A is stored behind B and the
 * first pixel behind the second: they lie over what is not there. */
#define TILE(name, result) \
    FUNCTION(name, \
        "push {r4, r5, r6, r7, lr}\n" \
        "mov r4, r8\n" \
        "mov r5, r9\n" \
        "mov r6, r10\n" \
        "mov r7, r11\n" \
        "push {r4, r5, r6, r7}\n" \
        "sub sp, sp, #28\n" \
        "ldmia r0!, {r1, r2, r3, r4}\n" \
        "mov r11, r4\n" \
        "str r2, [sp, #0]\n" \
        "str r3, [sp, #4]\n" \
        "ldmia r0!, {r2, r3, r4, r5, r6}\n" \
        "add r0, sp, #8\n" \
        "stmia r0!, {r2, r3, r4, r5, r6}\n" \
        "mov r0, r1\n" \
        "1:\n" \
        "ldr r1, [sp, #4]\n" \
        "ldr r6, [r1, #0]\n" \
        "ldr r7, [r1, #16]\n" \
        "lsls r2, r6, #16\n" \
        "adds r2, r2, r6\n" \
        "mov r8, r2\n" \
        "lsls r2, r7, #16\n" \
        "adds r2, r2, r7\n" \
        "mov r9, r2\n" \
        "mov r10, r0\n" \
        "add r10, r11\n" \
        "ldr r1, [sp, #0]\n" \
        "2:\n" TWO_DEPTHS TWO_DEPTHS TWO_DEPTHS TWO_DEPTHS \
        "cmp r0, r10\n" \
        "bne 2b\n" \
        "mov r12, r0\n" \
        "ldr r1, [sp, #4]\n" \
        "lsls r2, r6, #16\n" \
        "mov r3, r8\n" \
        "subs r3, r3, r2\n" \
        "mov r8, r3\n" \
        "lsls r2, r7, #16\n" \
        "mov r0, r9\n" \
        "subs r0, r0, r2\n" \
        "mov r9, r0\n" result("r7", 16) \
        "ldr r7, [sp, #12]\n" \
        "ldr r3, [sp, #20]\n" \
        "strb r2, [r7, r3]\n" result("r6", 0) \
        "strb r2, [r7]\n" \
        "ldr r6, [sp, #16]\n" \
        "adds r7, r7, r6\n" \
        "str r7, [sp, #12]\n" result("r0", 16) \
        "ldr r7, [sp, #8]\n" \
        "ldr r3, [sp, #20]\n" \
        "strb r2, [r7, r3]\n" \
        "mov r0, r8\n" result("r0", 0) \
        "strb r2, [r7]\n" \
        "adds r7, r7, r6\n" \
        "str r7, [sp, #8]\n" \
        "mov r0, r12\n" \
        "ldr r2, [sp, #24]\n" \
        "subs r2, r2, #1\n" \
        "str r2, [sp, #24]\n" \
        "beq 3f\n" \
        "b 1b\n" \
        "3:\n" \
        "add sp, sp, #28\n" \
        "pop {r4, r5, r6, r7}\n" \
        "mov r8, r4\n" \
        "mov r9, r5\n" \
        "mov r10, r6\n" \
        "mov r11, r7\n" \
        "pop {r4, r5, r6, r7, pc}\n")

TILE("edgeai_paired_multiply_linear_s8", EDGEAI_THUMB1_LINEAR);
TILE("edgeai_paired_multiply_rectified_s8", EDGEAI_THUMB1_RECTIFIED);

#define FOUR_WEIGHTS \
    "ldmia r0!, {r3}\n" \
    "sxtb r4, r3\n" \
    "lsls r5, r3, #16\n" \
    "asrs r5, r5, #24\n" \
    "lsls r6, r3, #8\n" \
    "asrs r6, r6, #24\n" \
    "asrs r7, r3, #24\n" \
    "stmia r2!, {r4, r5, r6, r7}\n"

FUNCTION("edgeai_paired_widen_s8",
    "push {r4, r5, r6, r7, lr}\n"
    "lsrs r1, r1, #3\n"
    "bcc 2f\n" FOUR_WEIGHTS
    "2:\n"
    "cmp r1, #0\n"
    "beq 3f\n"
    "1:\n" FOUR_WEIGHTS FOUR_WEIGHTS
    "subs r1, r1, #1\n"
    "bne 1b\n"
    "3:\n"
    "pop {r4, r5, r6, r7, pc}\n");

#elif EDGEAI_THUMB == 2

/* r0 x, r1 weights, r8 r9 sums of words, r10 r11 sums of second pixels, r12 2^15, r14 the end of x. With 2^15 added the lower half of a word is not
 * negative; what the sums of words get too much was taken off before. */
#define TWO_DEPTHS \
    "ldmia r0!, {r2, r3}\n" \
    "ldmia r1!, {r4, r5, r6, r7}\n" \
    "mla r4, r4, r2, r12\n" \
    "mla r4, r5, r3, r4\n" \
    "mla r6, r6, r2, r12\n" \
    "mla r6, r7, r3, r6\n" \
    "add r8, r8, r4\n" \
    "add r10, r10, r4, asr #16\n" \
    "add r9, r9, r6\n" \
    "add r11, r11, r6, asr #16\n"

/* On the stack: x, weights, channels, bytes of depth, the places of y, step, other, pairs. A is stored behind B and the first pixel behind the
 * second: they lie over what is not there. */
#define TILE(name, result) \
    FUNCTION(name, \
        "push {r4-r11, lr}\n" \
        "sub sp, sp, #36\n" \
        "ldr r9, [r0, #32]\n" \
        "ldmia r0, {r1-r8}\n" \
        "stmia sp, {r1-r9}\n" \
        "mov r0, r1\n" \
        "1:\n" \
        "ldrd r2, r3, [sp, #8]\n" \
        "ldr r1, [sp, #4]\n" \
        "ldr r10, [r2]\n" \
        "ldr r11, [r2, #16]\n" \
        "add r8, r10, r10, lsl #16\n" \
        "sub r8, r8, r3, lsl #12\n" \
        "add r9, r11, r11, lsl #16\n" \
        "sub r9, r9, r3, lsl #12\n" \
        "mov r12, #32768\n" \
        "add r14, r0, r3\n" \
        "2:\n" TWO_DEPTHS TWO_DEPTHS TWO_DEPTHS TWO_DEPTHS \
        "cmp r0, r14\n" \
        "bne 2b\n" \
        "ldrd r6, r7, [sp, #16]\n" \
        "ldrd r1, r14, [sp, #24]\n" \
        "add r2, r6, r1\n" \
        "add r3, r7, r1\n" \
        "strd r2, r3, [sp, #16]\n" \
        "ldr r1, [sp, #8]\n" \
        "sub r8, r8, r10, lsl #16\n" \
        "sub r9, r9, r11, lsl #16\n" \
        "add r1, r1, #16\n" \
        "ldmia r1, {r2, r3, r4, r5}\n" result("r11") result("r9") \
        "strb r11, [r7, r14]\n" \
        "strb r9, [r6, r14]\n" \
        "sub r1, r1, #16\n" \
        "ldmia r1, {r2, r3, r4, r5}\n" result("r10") result("r8") \
        "strb r10, [r7]\n" \
        "strb r8, [r6]\n" \
        "ldr r2, [sp, #32]\n" \
        "subs r2, r2, #1\n" \
        "str r2, [sp, #32]\n" \
        "bne 1b\n" \
        "add sp, sp, #36\n" \
        "pop {r4-r11, pc}\n")

TILE("edgeai_paired_multiply_linear_s8", EDGEAI_THUMB2_LINEAR);
TILE("edgeai_paired_multiply_rectified_s8", EDGEAI_THUMB2_RECTIFIED);

#else

/* With 2^15 added the lower half of a word is not negative, so that the shift gives the part of the second pixel. */
#define TWO_DEPTHS(k) \
    { \
        const uint32_t x0 = x[k]; \
        const uint32_t x1 = x[(k) + 1]; \
        const uint32_t word_a = x0 * w[2 * (k)] + x1 * w[2 * (k) + 1]; \
        const uint32_t word_b = x0 * w[2 * (k) + 2] + x1 * w[2 * (k) + 3]; \
        words_a += word_a; \
        words_b += word_b; \
        second_a += (uint32_t)((int32_t)(word_a + 32768u) >> 16); \
        second_b += (uint32_t)((int32_t)(word_b + 32768u) >> 16); \
    }

void edgeai_paired_multiply_linear_s8(const edgeai_paired_tile_s8 *tile)
{
    const int32_t *a = tile->channels;
    const int32_t *b = a + EDGEAI_CHANNEL_WORDS;
    const uint32_t *x = tile->x;
    int8_t *first = tile->y[0];
    int8_t *second = tile->y[1];
    for (uint32_t pair = tile->pairs; pair > 0; pair--) {
        const uint32_t *end = x + tile->depth_bytes / 4u;
        const uint32_t *w = tile->weights;
        uint32_t second_a = (uint32_t)a[0];
        uint32_t second_b = (uint32_t)b[0];
        uint32_t words_a = second_a + (second_a << 16);
        uint32_t words_b = second_b + (second_b << 16);
        while (x != end) {
            TWO_DEPTHS(0)
            TWO_DEPTHS(2)
            TWO_DEPTHS(4)
            TWO_DEPTHS(6)
            x += 8;
            w += 16;
        }
        second[tile->other] = edgeai_channel_result_s8((int32_t)second_b, b);
        first[tile->other] = edgeai_channel_result_s8((int32_t)(words_b - (second_b << 16)), b);
        *second = edgeai_channel_result_s8((int32_t)second_a, a);
        *first = edgeai_channel_result_s8((int32_t)(words_a - (second_a << 16)), a);
        first += tile->step;
        second += tile->step;
    }
}

void edgeai_paired_multiply_rectified_s8(const edgeai_paired_tile_s8 *tile)
{
    edgeai_paired_multiply_linear_s8(tile);
}

#endif

#if EDGEAI_THUMB != 1

void edgeai_paired_widen_s8(const uint32_t *weights, uint32_t count, uint32_t *to)
{
    for (; count > 0; count -= 4) {
        const uint32_t four = *weights++;
        to[0] = (uint32_t)(int8_t)four;
        to[1] = (uint32_t)(int8_t)(four >> 8);
        to[2] = (uint32_t)(int8_t)(four >> 16);
        to[3] = (uint32_t)(int8_t)(four >> 24);
        to += 4;
    }
}

#endif
