#include "edgeai_channel_s8.h"

#if EDGEAI_THUMB == 1

#define RESULTS(name, result) \
    __asm__( \
        ".pushsection .text." name ", \"ax\", %progbits\n" \
        ".syntax unified\n.thumb\n.balign 4\n.global " name "\n.type " name ", %function\n.thumb_func\n" name ":\n" \
        "push {r4, r5, r6, r7, lr}\n" \
        "movs r6, r3\n" \
        "mov r12, r2\n" \
        "1:\n" \
        "ldmia r0!, {r7}\n" \
        "ldr r2, [r1]\n" \
        "adds r7, r7, r2\n" result("r7", 0) \
        "strb r2, [r6]\n" \
        "adds r6, r6, #1\n" \
        "adds r1, r1, #16\n" \
        "mov r2, r12\n" \
        "subs r2, r2, #1\n" \
        "mov r12, r2\n" \
        "bne 1b\n" \
        "pop {r4, r5, r6, r7, pc}\n" \
        ".size " name ", . - " name "\n" \
        ".popsection\n")

RESULTS("edgeai_channel_results_linear_s8", EDGEAI_THUMB1_LINEAR);
RESULTS("edgeai_channel_results_rectified_s8", EDGEAI_THUMB1_RECTIFIED);

#else

void edgeai_channel_results_linear_s8(const uint32_t *sums, const int32_t *channels, uint32_t count, int8_t *y)
{
    for (uint32_t i = 0; i < count; i++) {
        y[i] = edgeai_channel_result_s8((int32_t)(sums[i] + (uint32_t)channels[0]), channels);
        channels += EDGEAI_CHANNEL_WORDS;
    }
}

void edgeai_channel_results_rectified_s8(const uint32_t *sums, const int32_t *channels, uint32_t count, int8_t *y)
{
    edgeai_channel_results_linear_s8(sums, channels, count, y);
}

#endif
