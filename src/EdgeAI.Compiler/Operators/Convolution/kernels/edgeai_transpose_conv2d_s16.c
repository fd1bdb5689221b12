#include "edgeai_transpose_conv2d_s16.h"

#include "edgeai_taps.h"

/* The sums of four channels at one pixel of the result. */
static void accumulate(
    const edgeai_transpose_conv2d_s16_params *p, const int16_t *image, const edgeai_rows_s8 *rows, edgeai_taps vertical,
    edgeai_taps horizontal, int32_t depth, int64_t *sums)
{
    int32_t iy = vertical.input;
    for (int32_t ky = vertical.first; ky < vertical.end; ky += p->tap_step_height) {
        int32_t ix = horizontal.input;
        for (int32_t kx = horizontal.first; kx < horizontal.end; kx += p->tap_step_width) {
            const int16_t *pixel = image + (iy * p->input_width + ix) * p->input_channels;
            edgeai_dot4_s16(sums, pixel, rows, (ky * p->kernel_width + kx) * depth, depth);
            ix -= p->input_step_width;
        }
        iy -= p->input_step_height;
    }
}

void edgeai_transpose_conv2d_s16(
    const edgeai_transpose_conv2d_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y)
{
    const int32_t depth = p->input_channels / p->groups;
    const int32_t group_outputs = p->output_channels / p->groups;
    const int32_t row_size = p->kernel_height * p->kernel_width * depth;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const edgeai_taps vertical = edgeai_taps_of(
                oy + p->pad_top, p->stride_height, p->dilation_height, p->tap_step_height, p->input_step_height,
                p->kernel_height, p->input_height);
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                const edgeai_taps horizontal = edgeai_taps_of(
                    ox + p->pad_left, p->stride_width, p->dilation_width, p->tap_step_width, p->input_step_width,
                    p->kernel_width, p->input_width);
                for (int32_t group = 0; group < p->groups; group++) {
                    const int32_t end = (group + 1) * group_outputs;
                    for (int32_t o = group * group_outputs; o < end; o += 4) {
                        const int32_t count = end - o < 4 ? end - o : 4;
                        const edgeai_rows_s8 rows = edgeai_rows_of_s8(weights + o * row_size, row_size, count);
                        int64_t sums[4] = {0, 0, 0, 0};
                        accumulate(p, x + group * depth, &rows, vertical, horizontal, depth, sums);
                        for (int32_t i = 0; i < count; i++) {
                            *y++ = edgeai_finish_s16(&p->result, o + i, sums[i]);
                        }
                    }
                }
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
}
