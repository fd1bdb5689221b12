/* How sums of a channel become int8 results on processors without the DSP extension. A channel has four words: bias, factor, addend, shift.
 * With v = round(sum * factor / 2^31), half up, a result is saturate((v + addend - (v < 0)) >> shift); the addend holds half of the last place
 * and the zero point. Functions named rectified take layers whose results have the zero point -128, where the sign of v does not count. This is TensorFlow Lite's rounding while |sum| < 2^29, which is proven for each channel when this is generated. */
#ifndef EDGEAI_CHANNEL_S8_H
#define EDGEAI_CHANNEL_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_CHANNEL_WORDS 4

#if defined(__thumb__) && defined(__ARM_ARCH) && defined(__GNUC__)
#if defined(__thumb2__)
#define EDGEAI_THUMB 2
#else
#define EDGEAI_THUMB 1
#endif
#else
#define EDGEAI_THUMB 0
#endif

/* Armv6-M: the sum in x becomes a result in r2; r1 is the channel plus offset bytes. Takes r2 to r5. The product is made of four of 16 bits, of which
 * those with the upper half of the sum are often 0; what the shift by 15 leaves in the carry is the bit that rounds. */
#define EDGEAI_THUMB1_LINEAR(x, offset) \
    "ldrh r3, [r1, #" #offset " + 4]\n" \
    "ldrh r2, [r1, #" #offset " + 6]\n" \
    "sxth r4, " x "\n" \
    "subs " x ", " x ", r4\n" \
    "movs r5, r4\n" \
    "muls r5, r3\n" \
    "asrs r5, r5, #16\n" \
    "muls r4, r2\n" \
    "adds r4, r4, r5\n" \
    "asrs " x ", " x ", #16\n" \
    "beq 8f\n" \
    "muls r3, " x "\n" \
    "adds r4, r4, r3\n" \
    "muls r2, " x "\n" \
    "lsls " x ", r2, #1\n" \
    "8:\n" \
    "asrs r4, r4, #15\n" \
    "adcs r4, " x "\n" \
    "ldr r2, [r1, #" #offset " + 8]\n" \
    "ldr r3, [r1, #" #offset " + 12]\n" \
    "adds r2, r2, r4\n" \
    "asrs r4, r4, #31\n" \
    "adds r4, r4, r2\n" \
    "asrs r4, r3\n" \
    "sxtb r2, r4\n" \
    "cmp r2, r4\n" \
    "beq 9f\n" \
    "asrs r2, r4, #31\n" \
    "movs r4, #127\n" \
    "eors r2, r4\n" \
    "9:\n"

/* The same where the zero point of the result is -128, to which all sums go that are not positive. */
#define EDGEAI_THUMB1_RECTIFIED(x, offset) \
    "cmp " x ", #0\n" \
    "bgt 7f\n" \
    "movs r2, #127\n" \
    "mvns r2, r2\n" \
    "b 9f\n" \
    "7:\n" \
    "ldrh r3, [r1, #" #offset " + 4]\n" \
    "ldrh r2, [r1, #" #offset " + 6]\n" \
    "uxth r4, " x "\n" \
    "movs r5, r4\n" \
    "muls r5, r3\n" \
    "lsrs r5, r5, #16\n" \
    "muls r4, r2\n" \
    "adds r4, r4, r5\n" \
    "lsrs " x ", " x ", #16\n" \
    "beq 8f\n" \
    "muls r3, " x "\n" \
    "adds r4, r4, r3\n" \
    "muls r2, " x "\n" \
    "lsls " x ", r2, #1\n" \
    "8:\n" \
    "lsrs r4, r4, #15\n" \
    "adcs r4, " x "\n" \
    "ldr r2, [r1, #" #offset " + 8]\n" \
    "ldr r3, [r1, #" #offset " + 12]\n" \
    "adds r2, r2, r4\n" \
    "asrs r2, r3\n" \
    "cmp r2, #127\n" \
    "ble 9f\n" \
    "movs r2, #127\n" \
    "9:\n"

/* Armv7-M: the sum in x becomes a result in x; r3 factor, r4 addend, r5 shift. Takes r2 and r12. */
#define EDGEAI_THUMB2_SCALE(x, addend) \
    "lsl " x ", " x ", #1\n" \
    "smull r2, " x ", " x ", r3\n" \
    "lsls r2, r2, #1\n" \
    "adc " x ", " x ", " addend "\n" \
    "asr " x ", " x ", r5\n" \
    "ssat " x ", #8, " x "\n"
#define EDGEAI_THUMB2_LINEAR(x) "add r12, r4, " x ", asr #31\n" EDGEAI_THUMB2_SCALE(x, "r12")
#define EDGEAI_THUMB2_RECTIFIED(x) EDGEAI_THUMB2_SCALE(x, "r4")

/* y[i] is the result of sums[i] plus the bias, for count channels one after another. */
void edgeai_channel_results_linear_s8(const uint32_t *sums, const int32_t *channels, uint32_t count, int8_t *y);
void edgeai_channel_results_rectified_s8(const uint32_t *sums, const int32_t *channels, uint32_t count, int8_t *y);

static inline int8_t edgeai_channel_result_s8(int32_t sum, const int32_t *channel)
{
    const int32_t v = (int32_t)(((int64_t)sum * channel[1] + ((int64_t)1 << 30)) >> 31);
    const int32_t value = (v + channel[2] - (v < 0 ? 1 : 0)) >> channel[3];
    return (int8_t)(value < INT8_MIN ? INT8_MIN : value > INT8_MAX ? INT8_MAX : value);
}

#ifdef __cplusplus
}
#endif

#endif
