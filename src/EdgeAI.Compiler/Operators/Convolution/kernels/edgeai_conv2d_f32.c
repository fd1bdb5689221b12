#include "edgeai_conv2d_f32.h"

#include "edgeai_dot_f32.h"
#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* The sums of four channels at one pixel; taps outside the image count as 0. */
static void accumulate(
    const edgeai_conv2d_f32_params *p, const float *image, const edgeai_rows_f32 *rows, int32_t top, int32_t left,
    edgeai_window vertical, edgeai_window horizontal, float *sums)
{
    const int32_t channels = p->input_channels / p->planes;
    const int32_t depth = channels / p->groups;
    const int32_t pixel_step = p->dilation_width * channels;
    const int32_t inside = horizontal.end - horizontal.first;
    if (inside == 0) {
        return;
    }
    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
        const float *line = image + ((top + ky * p->dilation_height) * p->input_width + left + horizontal.first * p->dilation_width) * channels;
        for (int32_t plane = 0; plane < p->planes; plane++) {
            const float *const run = line + plane * p->input_height * p->input_width * channels;
            const int32_t at = ((ky * p->planes + plane) * p->kernel_width + horizontal.first) * depth;
            if (pixel_step == depth) {
                edgeai_dot4_f32(sums, run, rows, at, inside * depth);
                continue;
            }
            for (int32_t kx = 0; kx < inside; kx++) {
                edgeai_dot4_f32(sums, run + kx * pixel_step, rows, at + kx * depth, depth);
            }
        }
    }
}

void edgeai_conv2d_f32(
    const edgeai_conv2d_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    const int32_t depth = p->input_channels / p->groups;
    const int32_t group_outputs = p->output_channels / p->groups;
    const int32_t row_size = p->kernel_height * p->kernel_width * depth;
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
                        const edgeai_rows_f32 rows = edgeai_rows_of_f32(weights + o * row_size, row_size, count);
                        float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
                        accumulate(p, x + group * depth, &rows, top, left, vertical, horizontal, sums);
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
