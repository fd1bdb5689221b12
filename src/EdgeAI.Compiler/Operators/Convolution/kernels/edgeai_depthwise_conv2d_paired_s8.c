#include "edgeai_depthwise_conv2d_paired_s8.h"

#include "edgeai_paired_s8.h"
#include "edgeai_paired_taps_s8.h"
#include "edgeai_requantize.h"

/* The words of one channel's operand for two rows of the result: a column of kernel_height words for each column of the operand between before
 * and after columns of padding. In a word the tap of the upper row stands in the lower half, that of the lower row in the upper half. */
typedef struct strip {
    const int8_t *image;
    int32_t top; /* of the upper row's first tap; may be negative */
    int32_t before;
    int32_t inside;
    int32_t after;
    int32_t follows; /* whether the rows of three taps lie in the operand one behind the other */
    uint32_t padding;
} strip;

static uint32_t *put_padding(uint32_t *to, int32_t step, int32_t count, uint32_t padding)
{
    for (; count > 0; count--) {
        *to = padding;
        to += step;
    }
    return to;
}

/* One word of each column: tap ky. */
static void put_row(const edgeai_depthwise_conv2d_paired_s8_params *p, const strip *of, int32_t c, int32_t ky, uint32_t *to)
{
    const int8_t outside = (int8_t)p->input_zero_point;
    const int32_t channels = p->input_channels;
    const int32_t step = p->kernel_height;
    const int32_t upper = of->top + ky * p->dilation_height;
    const int32_t lower = upper + p->stride_height;
    const int8_t *a = &outside;
    const int8_t *b = &outside;
    int32_t step_a = 0;
    int32_t step_b = 0;
    if (upper >= 0 && upper < p->input_height) {
        a = of->image + upper * p->input_width * channels + c;
        step_a = channels;
    }
    if (lower >= 0 && lower < p->input_height) {
        b = of->image + lower * p->input_width * channels + c;
        step_b = channels;
    }
    to = put_padding(to, step, of->before, of->padding);
    for (int32_t left = of->inside; left > 0; left--) {
        *to = (uint32_t)*a + ((uint32_t)*b << 16);
        a += step_a;
        b += step_b;
        to += step;
    }
    put_padding(to, step, of->after, of->padding);
}

/* All three words of each column, for strides of 1 and 2. */
static void put_three_rows(const edgeai_depthwise_conv2d_paired_s8_params *p, const strip *of, int32_t c, uint32_t *to)
{
    const int32_t channels = p->input_channels;
    const int32_t row = p->input_width * channels;
    const int8_t *a = of->image + of->top * row + c;
    int32_t left = of->inside;
    to = put_padding(to, 1, 3 * of->before, of->padding);
    if (p->stride_height == 1) {
        for (; left > 0; left--) {
            const uint32_t second = (uint32_t)a[row];
            const uint32_t third = (uint32_t)a[2 * row];
            to[0] = (uint32_t)*a + (second << 16);
            to[1] = second + (third << 16);
            to[2] = third + ((uint32_t)a[3 * row] << 16);
            to += 3;
            a += channels;
        }
    } else {
        for (; left > 0; left--) {
            const uint32_t third = (uint32_t)a[2 * row];
            to[0] = (uint32_t)*a + (third << 16);
            to[1] = (uint32_t)a[row] + ((uint32_t)a[3 * row] << 16);
            to[2] = third + ((uint32_t)a[4 * row] << 16);
            to += 3;
            a += channels;
        }
    }
    put_padding(to, 1, 3 * of->after, of->padding);
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

void edgeai_depthwise_conv2d_paired_s8(
    const edgeai_depthwise_conv2d_paired_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    const uint32_t taps = (uint32_t)(p->kernel_height * p->kernel_width);
    const uint32_t wide_taps = (taps + 3u) / 4u * 4u;
    const int32_t channels = p->output_channels;
    const int32_t row_size = p->output_width * channels;
    const int32_t columns = (p->output_width - 1) * p->stride_width + p->kernel_width;
    uint32_t *wide = (uint32_t *)scratch;
    uint32_t *words = wide + wide_taps;
    strip of;
    edgeai_paired_taps_s8 row;
    of.image = x;
    of.before = smaller(p->pad_left, columns);
    of.inside = smaller(p->input_width, columns - of.before);
    of.after = columns - of.before - of.inside;
    of.padding = (uint32_t)p->input_zero_point + ((uint32_t)p->input_zero_point << 16);
    words[columns * p->kernel_height] = 0;
    row.x = words;
    row.weights = wide;
    row.steps = (taps + 1u) / 2u;
    row.step = (uint32_t)channels;
    row.x_step = 4u * (uint32_t)(p->stride_width * p->kernel_height);
    row.windows = (uint32_t)p->output_width;
    for (int32_t n = 0; n < p->batches; n++) {
        of.top = -p->pad_top;
        for (int32_t oy = 0; oy < p->output_height; oy += 2) {
            const int32_t size = oy + 1 < p->output_height ? 2 * row_size : row_size;
            const uint32_t *w = weights;
            of.follows = p->kernel_height == 3 && p->dilation_height == 1 && p->stride_height <= 2 && of.top >= 0
                && of.top + 2 + p->stride_height < p->input_height;
            row.channel = p->channels;
            row.other = (uint32_t)(size - row_size);
            for (int32_t c = 0; c < channels; c++) {
                edgeai_paired_widen_s8(w, wide_taps, wide);
                if (of.follows) {
                    put_three_rows(p, &of, c, words);
                } else {
                    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
                        put_row(p, &of, c, ky, words + ky);
                    }
                }
                row.y = y + c;
                if (p->linear) {
                    edgeai_paired_multiply_taps_linear_s8(&row);
                } else {
                    edgeai_paired_multiply_taps_rectified_s8(&row);
                }
                w += wide_taps / 4u;
                row.channel += EDGEAI_CHANNEL_WORDS;
            }
            if (p->limited) {
                for (int32_t i = 0; i < size; i++) {
                    y[i] = (int8_t)edgeai_clamp(y[i], p->minimum, p->maximum);
                }
            }
            y += size;
            of.top += 2 * p->stride_height;
        }
        of.image += p->input_height * p->input_width * p->input_channels;
    }
}
