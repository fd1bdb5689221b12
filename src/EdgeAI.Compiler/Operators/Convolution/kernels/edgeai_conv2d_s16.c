#include "edgeai_conv2d_s16.h"

#include "edgeai_window.h"

/* The sums of four channels at one pixel. Taps outside the image add nothing. */
static void accumulate(
    const edgeai_conv2d_s16_params *p, const int16_t *image, const edgeai_rows_s8 *rows, int32_t top, int32_t left,
    edgeai_window vertical, edgeai_window horizontal, int32_t depth, int64_t *sums)
{
    const int32_t pixel_step = p->dilation_width * p->input_channels;
    const int32_t inside = horizontal.end - horizontal.first;
    const int32_t runs_join = pixel_step == depth;
    for (int32_t ky = vertical.first; ky < vertical.end && inside > 0; ky++) {
        const int32_t at = (ky * p->kernel_width + horizontal.first) * depth;
        const int16_t *line = image + (top + ky * p->dilation_height) * p->input_width * p->input_channels
            + (left + horizontal.first * p->dilation_width) * p->input_channels;
        if (runs_join) {
            edgeai_dot4_s16(sums, line, rows, at, inside * depth);
            continue;
        }
        for (int32_t tap = 0; tap < inside; tap++) {
            edgeai_dot4_s16(sums, line + tap * pixel_step, rows, at + tap * depth, depth);
        }
    }
}

void edgeai_conv2d_s16(const edgeai_conv2d_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y)
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
                        const edgeai_rows_s8 rows = edgeai_rows_of_s8(weights + o * row_size, row_size, count);
                        int64_t sums[4] = {0, 0, 0, 0};
                        accumulate(p, x + group * depth, &rows, top, left, vertical, horizontal, depth, sums);
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
