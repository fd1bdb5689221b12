#include "edgeai_transpose_conv2d_f32.h"

#include "edgeai_dot_f32.h"
#include "edgeai_requantize.h"
#include "edgeai_taps.h"

/* The sums of four channels at one pixel of the result. */
static void accumulate(
    const edgeai_transpose_conv2d_f32_params *p, const float *image, const edgeai_rows_f32 *rows, edgeai_taps vertical,
    edgeai_taps horizontal, int32_t depth, float *sums)
{
    int32_t iy = vertical.input;
    for (int32_t ky = vertical.first; ky < vertical.end; ky += p->tap_step_height) {
        int32_t ix = horizontal.input;
        for (int32_t kx = horizontal.first; kx < horizontal.end; kx += p->tap_step_width) {
            const float *pixel = image + (iy * p->input_width + ix) * p->input_channels;
            edgeai_dot4_f32(sums, pixel, rows, (ky * p->kernel_width + kx) * depth, depth);
            ix -= p->input_step_width;
        }
        iy -= p->input_step_height;
    }
}

void edgeai_transpose_conv2d_f32(
    const edgeai_transpose_conv2d_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
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
                        const edgeai_rows_f32 rows = edgeai_rows_of_f32(weights + o * row_size, row_size, count);
                        float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
                        accumulate(p, x + group * depth, &rows, vertical, horizontal, depth, sums);
                        for (int32_t i = 0; i < count; i++) {
                            const float sum = bias != NULL ? sums[i] + bias[o + i] : sums[i];
                            *y++ = edgeai_clamp_f32(sum, p->minimum, p->maximum);
                        }
                    }
                }
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
}
