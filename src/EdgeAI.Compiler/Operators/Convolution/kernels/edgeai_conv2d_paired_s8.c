#include "edgeai_conv2d_paired_s8.h"

#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* Sums of two channels over two pixels: of the second pixel, and of whole words. */
typedef struct sums {
    uint32_t second[2];
    uint32_t words[2];
    const uint32_t *end;
} sums;

#if defined(__thumb__) && defined(__ARM_ARCH) && defined(__GNUC__)

void edgeai_conv2d_paired_sum_s8(const uint32_t *x, const uint32_t *weights, sums *of);

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

__asm__(
    ".pushsection .text.edgeai_conv2d_paired_sum_s8, \"ax\", %progbits\n"
    ".syntax unified\n.thumb\n.balign 4\n.global edgeai_conv2d_paired_sum_s8\n"
    ".type edgeai_conv2d_paired_sum_s8, %function\n.thumb_func\nedgeai_conv2d_paired_sum_s8:\n"
    "push {r2, r4, r5, r6, r7, lr}\n"
    "mov r4, r8\n"
    "mov r5, r9\n"
    "mov r6, r10\n"
    "push {r4, r5, r6}\n"
    "ldmia r2!, {r6, r7}\n"
    "ldmia r2!, {r3, r4, r5}\n"
    "mov r8, r3\n"
    "mov r9, r4\n"
    "mov r10, r5\n"
    "1:\n" TWO_DEPTHS TWO_DEPTHS TWO_DEPTHS TWO_DEPTHS
    "cmp r0, r10\n"
    "bne 1b\n"
    "pop {r3, r4, r5}\n"
    "mov r0, r8\n"
    "mov r1, r9\n"
    "mov r8, r3\n"
    "mov r9, r4\n"
    "mov r10, r5\n"
    "pop {r2}\n"
    "stmia r2!, {r6, r7}\n"
    "stmia r2!, {r0, r1}\n"
    "pop {r4, r5, r6, r7, pc}\n"
    ".size edgeai_conv2d_paired_sum_s8, . - edgeai_conv2d_paired_sum_s8\n"
    ".popsection\n");

#else

static void edgeai_conv2d_paired_sum_s8(const uint32_t *x, const uint32_t *weights, sums *of)
{
    while (x != of->end) {
        for (int32_t i = 0; i < 2; i++) {
            const uint32_t both = x[0] * weights[2 * i] + x[1] * weights[2 * i + 1];
            of->words[i] += both;
            of->second[i] += (uint32_t)((int32_t)both >> 16) + ((both >> 15) & 1u);
        }
        x += 2;
        weights += 4;
    }
}

#endif

/* Puts count values into the lower halves of words, or adds them to the upper halves. */
static uint32_t *put(uint32_t *to, const int8_t *from, int32_t count, int32_t upper)
{
    if (upper) {
        while (count >= 4) {
            to[0] += (uint32_t)from[0] << 16;
            to[1] += (uint32_t)from[1] << 16;
            to[2] += (uint32_t)from[2] << 16;
            to[3] += (uint32_t)from[3] << 16;
            to += 4;
            from += 4;
            count -= 4;
        }
        while (count > 0) {
            *to += (uint32_t)*from++ << 16;
            to++;
            count--;
        }
    } else {
        while (count >= 4) {
            to[0] = (uint32_t)from[0];
            to[1] = (uint32_t)from[1];
            to[2] = (uint32_t)from[2];
            to[3] = (uint32_t)from[3];
            to += 4;
            from += 4;
            count -= 4;
        }
        while (count > 0) {
            *to++ = (uint32_t)*from++;
            count--;
        }
    }
    return to;
}

static uint32_t *put_same(uint32_t *to, int32_t value, int32_t count, int32_t upper)
{
    while (count > 0) {
        *to = upper ? *to + ((uint32_t)value << 16) : (uint32_t)value;
        to++;
        count--;
    }
    return to;
}

/* What one pixel of the result reads. */
static void gather(
    const edgeai_conv2d_paired_s8_params *p, const int8_t *image, int32_t oy, int32_t ox, uint32_t *to, int32_t upper)
{
    const int32_t channels = p->input_channels;
    const int32_t top = oy * p->stride_height - p->pad_top;
    const int32_t left = ox * p->stride_width - p->pad_left;
    const edgeai_window vertical = edgeai_window_of(top, p->input_height, p->kernel_height, p->dilation_height);
    const edgeai_window horizontal = edgeai_window_of(left, p->input_width, p->kernel_width, p->dilation_width);
    const int32_t inside = horizontal.end - horizontal.first;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        if (ky < vertical.first || ky >= vertical.end || inside == 0) {
            to = put_same(to, p->input_zero_point, p->kernel_width * channels, upper);
            continue;
        }
        const int8_t *row = image
            + ((top + ky * p->dilation_height) * p->input_width + left + horizontal.first * p->dilation_width) * channels;
        to = put_same(to, p->input_zero_point, horizontal.first * channels, upper);
        if (p->dilation_width == 1) {
            to = put(to, row, inside * channels, upper);
        } else {
            for (int32_t kx = 0; kx < inside; kx++) {
                to = put(to, row + kx * p->dilation_width * channels, channels, upper);
            }
        }
        to = put_same(to, p->input_zero_point, (p->kernel_width - horizontal.end) * channels, upper);
    }
}

static int8_t finish(const edgeai_conv2d_paired_s8_params *p, uint32_t sum, int32_t o)
{
    const int32_t channel = o * p->channel_step;
    const int32_t scaled = edgeai_requantize((int32_t)sum, p->multipliers[channel], p->shifts[channel]);
    return (int8_t)edgeai_clamp(edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
}

/* The results of count pixels, whose words are gathered, in channels o and o + 1. */
static void multiply(
    const edgeai_conv2d_paired_s8_params *p, const uint32_t *lanes, const uint32_t *weights, int32_t count, int32_t o, int8_t *y)
{
    const int32_t has_other = o + 1 < p->output_channels;
    const uint32_t bias0 = (uint32_t)p->bias[o];
    const uint32_t bias1 = has_other ? (uint32_t)p->bias[o + 1] : 0u;
    for (int32_t i = 0; i < count; i += 2) {
        sums of;
        of.second[0] = bias0;
        of.second[1] = bias1;
        of.words[0] = bias0 + (bias0 << 16);
        of.words[1] = bias1 + (bias1 << 16);
        of.end = lanes + p->padded_depth;
        edgeai_conv2d_paired_sum_s8(lanes, weights, &of);
        y[o] = finish(p, of.words[0] - (of.second[0] << 16), o);
        if (has_other) {
            y[o + 1] = finish(p, of.words[1] - (of.second[1] << 16), o + 1);
        }
        y += p->output_channels;
        if (i + 1 < count) {
            y[o] = finish(p, of.second[0], o);
            if (has_other) {
                y[o + 1] = finish(p, of.second[1], o + 1);
            }
            y += p->output_channels;
        }
        lanes += p->padded_depth;
    }
}

void edgeai_conv2d_paired_s8(
    const edgeai_conv2d_paired_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch)
{
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    uint32_t *wide = (uint32_t *)scratch;
    uint32_t *lanes = wide + 2 * p->padded_depth;
    int32_t left = p->batches * p->output_height * p->output_width;
    int32_t oy = 0;
    int32_t ox = 0;
    while (left > 0) {
        const int32_t count = left < 2 * p->block_pairs ? left : 2 * p->block_pairs;
        for (int32_t i = 0; i < count; i++) {
            uint32_t *to = lanes + i / 2 * p->padded_depth;
            gather(p, x, oy, ox, to, i % 2);
            for (int32_t k = depth; k < p->padded_depth; k++) {
                to[k] = 0;
            }
            if (++ox == p->output_width) {
                ox = 0;
                if (++oy == p->output_height) {
                    oy = 0;
                    x += p->input_height * p->input_width * p->input_channels;
                }
            }
        }
        const int8_t *w = weights;
        for (int32_t o = 0; o < p->output_channels; o += 2) {
            for (int32_t k = 0; k < 2 * p->padded_depth; k += 4) {
                wide[k] = (uint32_t)w[0];
                wide[k + 1] = (uint32_t)w[1];
                wide[k + 2] = (uint32_t)w[2];
                wide[k + 3] = (uint32_t)w[3];
                w += 4;
            }
            multiply(p, lanes, wide, count, o, y);
        }
        y += count * p->output_channels;
        left -= count;
    }
}
