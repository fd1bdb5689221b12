#include "edgeai_conv2d_lanes_f32.h"

#include "edgeai_lanes_f32.h"
#include "edgeai_window.h"

#define TILE EDGEAI_CONV2D_LANES_F32_TILE

/* All channels of one pixel of the result, or of four neighbours that reach alike from x on. */
static void convolve(
    const edgeai_conv2d_lanes_f32_params *p, int32_t pixels, const edgeai_reach_f32 *reach, const float *x, const float *weights,
    const float *bias, float *y)
{
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    float sums[EDGEAI_LANE_ROWS * TILE];
    for (int32_t first = 0; first < p->output_channels; first += TILE) {
        const int32_t left = p->output_channels - first;
        const int32_t count = left < TILE ? left : TILE;
        int32_t lanes = 0;
        for (int32_t o = 0; o < count; o += lanes) {
            const float *const w = weights + (first + o) * depth;
            lanes = pixels == EDGEAI_LANE_ROWS ? edgeai_sum_four_f32(sums + o, TILE, x, w, count - o, reach)
                                               : edgeai_sum_one_f32(sums + o, x, w, count - o, reach);
        }
        for (int32_t i = 0; i < pixels; i++) {
            edgeai_finish_sums_f32(
                y + i * p->output_channels + first, sums + i * TILE, bias != NULL ? bias + first : NULL, count, p->minimum, p->maximum);
        }
    }
}

void edgeai_conv2d_lanes_f32(
    const edgeai_conv2d_lanes_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    const int32_t channels = p->input_channels / p->planes; /* of a pixel of a plane */
    const int32_t plane = p->input_height * p->input_width * channels;
    const int32_t last_left = p->input_width - 1 - (p->kernel_width - 1) * p->dilation_width;
    edgeai_reach_f32 reach;
    reach.line_step = p->dilation_height * p->input_width * channels;
    reach.run_step = p->dilation_width == 1 ? plane : p->dilation_width * channels;
    reach.row_step = p->stride_width * channels;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const edgeai_window vertical = edgeai_window_of(top, p->input_height, p->kernel_height, p->dilation_height);
            const int32_t row = (top + vertical.first * p->dilation_height) * p->input_width;
            int32_t ox = 0;
            reach.lines = vertical.end - vertical.first;
            while (ox < p->output_width) {
                const int32_t left = ox * p->stride_width - p->pad_left;
                const int32_t last = left + (EDGEAI_LANE_ROWS - 1) * p->stride_width;
                const int32_t pixels = left >= 0 && last <= last_left && ox + EDGEAI_LANE_ROWS <= p->output_width ? EDGEAI_LANE_ROWS : 1;
                const edgeai_window horizontal = edgeai_window_of(left, p->input_width, p->kernel_width, p->dilation_width);
                const int32_t inside = horizontal.end - horizontal.first;
                const int32_t outside = (p->kernel_width - inside) * channels;
                /* Neighbouring taps that lie one behind the other are one run of each plane. */
                reach.runs = p->dilation_width == 1 ? p->planes : inside;
                reach.count = p->dilation_width == 1 ? inside * channels : channels;
                reach.first = (vertical.first * p->planes * p->kernel_width + horizontal.first) * channels;
                reach.between = p->dilation_width == 1 ? outside : 0;
                reach.left_out = p->dilation_width == 1 ? 0 : outside;
                convolve(p, pixels, &reach, x + (row + left + horizontal.first * p->dilation_width) * channels, weights, bias, y);
                y += pixels * p->output_channels;
                ox += pixels;
            }
        }
        x += p->planes * plane;
    }
}
