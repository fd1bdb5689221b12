#include "edgeai_eight_sums_s8.h"

#include "edgeai_channel_s8.h"

#if EDGEAI_THUMB != 0

#define FUNCTION(name, body) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" body \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

#endif

#if EDGEAI_THUMB == 1

/* r0 x, r1 weights, r2 the value of x, r3 a product, r4 to r7 and r8 to r11 the sums, r12 depths left. */
#define LOW(at, sum) "ldrb r3, [r1, #" at "]\nmuls r3, r2\nadds " sum ", " sum ", r3\n"
#define HIGH(at, sum) "ldrb r3, [r1, #" at "]\nmuls r3, r2\nadd " sum ", r3\n"
#define DEPTH(at, w0, w1, w2, w3, w4, w5, w6, w7) \
    "ldrb r2, [r0, #" at "]\n" \
    "sxtb r2, r2\n" LOW(w0, "r4") LOW(w1, "r5") LOW(w2, "r6") LOW(w3, "r7") HIGH(w4, "r8") HIGH(w5, "r9") HIGH(w6, "r10") HIGH(w7, "r11")

FUNCTION("edgeai_eight_sums_s8",
    "push {r4, r5, r6, r7, lr}\n"
    "mov r4, r8\n"
    "mov r5, r9\n"
    "mov r6, r10\n"
    "mov r7, r11\n"
    "push {r3, r4, r5, r6, r7}\n"
    "mov r12, r2\n"
    "adds r3, r3, #16\n"
    "ldmia r3!, {r4, r5, r6, r7}\n"
    "mov r8, r4\n"
    "mov r9, r5\n"
    "mov r10, r6\n"
    "mov r11, r7\n"
    "subs r3, r3, #32\n"
    "ldmia r3!, {r4, r5, r6, r7}\n"
    "b 2f\n"
    "1:\n"
    DEPTH("0", "0", "1", "2", "3", "4", "5", "6", "7") DEPTH("1", "8", "9", "10", "11", "12", "13", "14", "15")
    DEPTH("2", "16", "17", "18", "19", "20", "21", "22", "23") DEPTH("3", "24", "25", "26", "27", "28", "29", "30", "31")
    "adds r0, r0, #4\n"
    "adds r1, r1, #32\n"
    "2:\n"
    "mov r2, r12\n"
    "subs r2, r2, #4\n"
    "mov r12, r2\n"
    "blt 5f\n"
    "b 1b\n"
    "5:\n"
    "adds r2, r2, #4\n"
    "mov r12, r2\n"
    "b 4f\n"
    "3:\n" DEPTH("0", "0", "1", "2", "3", "4", "5", "6", "7")
    "adds r0, r0, #1\n"
    "adds r1, r1, #8\n"
    "4:\n"
    "mov r2, r12\n"
    "subs r2, r2, #1\n"
    "mov r12, r2\n"
    "bge 3b\n"
    "pop {r3}\n"
    "stmia r3!, {r4, r5, r6, r7}\n"
    "mov r4, r8\n"
    "mov r5, r9\n"
    "mov r6, r10\n"
    "mov r7, r11\n"
    "stmia r3!, {r4, r5, r6, r7}\n"
    "pop {r4, r5, r6, r7}\n"
    "mov r8, r4\n"
    "mov r9, r5\n"
    "mov r10, r6\n"
    "mov r11, r7\n"
    "pop {r4, r5, r6, r7, pc}\n");

#elif EDGEAI_THUMB == 2

/* r0 x, r1 weights, r2 depths left, r3 the value of x, r12 a weight, r4 to r11 the sums. */
#define WEIGHT(sum) "ldrb r12, [r1], #1\nmla " sum ", r12, r3, " sum "\n"
#define DEPTH "ldrsb r3, [r0], #1\n" WEIGHT("r4") WEIGHT("r5") WEIGHT("r6") WEIGHT("r7") WEIGHT("r8") WEIGHT("r9") WEIGHT("r10") WEIGHT("r11")

FUNCTION("edgeai_eight_sums_s8",
    "push {r3-r11, lr}\n"
    "ldmia r3, {r4-r11}\n"
    "b 2f\n"
    "1:\n" DEPTH DEPTH DEPTH DEPTH
    "2:\n"
    "subs r2, r2, #4\n"
    "bge 1b\n"
    "adds r2, r2, #4\n"
    "b 4f\n"
    "3:\n" DEPTH
    "4:\n"
    "subs r2, r2, #1\n"
    "bge 3b\n"
    "pop {r3}\n"
    "stmia r3, {r4-r11}\n"
    "pop {r4-r11, pc}\n");

#else

void edgeai_eight_sums_s8(const int8_t *x, const uint8_t *weights, int32_t depth, uint32_t *sums)
{
    uint32_t s0 = sums[0];
    uint32_t s1 = sums[1];
    uint32_t s2 = sums[2];
    uint32_t s3 = sums[3];
    uint32_t s4 = sums[4];
    uint32_t s5 = sums[5];
    uint32_t s6 = sums[6];
    uint32_t s7 = sums[7];
    for (const int8_t *end = x + depth; x != end; x++) {
        const int32_t value = *x;
        s0 += (uint32_t)(value * weights[0]);
        s1 += (uint32_t)(value * weights[1]);
        s2 += (uint32_t)(value * weights[2]);
        s3 += (uint32_t)(value * weights[3]);
        s4 += (uint32_t)(value * weights[4]);
        s5 += (uint32_t)(value * weights[5]);
        s6 += (uint32_t)(value * weights[6]);
        s7 += (uint32_t)(value * weights[7]);
        weights += 8;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
}

#endif
