#include "edgeai_conv2d_s4.h"

#include "edgeai_dot_s4.h"
#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* The sums of four channels at one pixel. Taps outside the image count as the zero point of x. */
static void accumulate(
    const edgeai_conv2d_s4_params *p, const int8_t *image, const edgeai_rows_s4 *rows, int32_t top, int32_t left,
    edgeai_window vertical, edgeai_window horizontal, int32_t depth, uint32_t *sums)
{
    const int32_t kernel_width = p->kernel_width;
    const int8_t outside = (int8_t)p->input_zero_point;
    const int32_t pixel_step = p->dilation_width * p->input_channels;
    const int32_t runs_join = pixel_step == depth;
    const int32_t inside = horizontal.end - horizontal.first;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t at = ky * kernel_width * depth;
        if (ky < vertical.first || ky >= vertical.end || inside == 0) {
            edgeai_dot4_s4(sums, &outside, 0, rows, at, kernel_width * depth);
            continue;
        }
        if (horizontal.first > 0) {
            edgeai_dot4_s4(sums, &outside, 0, rows, at, horizontal.first * depth);
        }
        const int8_t *line = image + (top + ky * p->dilation_height) * p->input_width * p->input_channels
            + (left + horizontal.first * p->dilation_width) * p->input_channels;
        if (runs_join) {
            edgeai_dot4_s4(sums, line, 1, rows, at + horizontal.first * depth, inside * depth);
        } else {
            for (int32_t kx = horizontal.first; kx < horizontal.end; kx++) {
                edgeai_dot4_s4(sums, line, 1, rows, at + kx * depth, depth);
                line += pixel_step;
            }
        }
        if (horizontal.end < kernel_width) {
            edgeai_dot4_s4(
                sums, &outside, 0, rows, at + horizontal.end * depth, (kernel_width - horizontal.end) * depth);
        }
    }
}

void edgeai_conv2d_s4(const edgeai_conv2d_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y)
{
    const int32_t depth = p->input_channels / p->groups;
    const int32_t group_outputs = p->output_channels / p->groups;
    const int32_t row_bytes = (p->kernel_height * p->kernel_width * depth + 1) / 2;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const edgeai_window vertical =
                edgeai_window_of(top, p->input_height, p->kernel_height, p->dilation_height);
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                const int32_t left = ox * p->stride_width - p->pad_left;
                const edgeai_window horizontal =
                    edgeai_window_of(left, p->input_width, p->kernel_width, p->dilation_width);
                for (int32_t group = 0; group < p->groups; group++) {
                    const int32_t end = (group + 1) * group_outputs;
                    for (int32_t o = group * group_outputs; o < end; o += 4) {
                        const int32_t count = end - o < 4 ? end - o : 4;
                        const edgeai_rows_s4 rows = edgeai_rows_of_s4(weights + o * row_bytes, row_bytes, count);
                        uint32_t sums[4] = {0, 0, 0, 0};
                        accumulate(p, x + group * depth, &rows, top, left, vertical, horizontal, depth, sums);
                        for (int32_t i = 0; i < count; i++) {
                            const int32_t channel = (o + i) * p->channel_step;
                            const int32_t sum = (int32_t)(sums[i] + (uint32_t)p->bias[o + i]);
                            const int32_t scaled =
                                edgeai_requantize(sum, p->multipliers[channel], p->shifts[channel]);
                            *y++ = (int8_t)edgeai_clamp(
                                edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
                        }
                    }
                }
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
}
