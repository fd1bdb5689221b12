#include "edgeai_conv2d_wide_f32.h"

#include "edgeai_wide_f32.h"
#include "edgeai_window.h"

/* All channels of one pixel of the result, or of four or eight neighbours that reach alike from x on. */
static void convolve(
    const edgeai_conv2d_wide_f32_params *p, int32_t pixels, const edgeai_reach_f32 *reach, const float *x, const float *weights,
    const float *bias, float *y)
{
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    float sums[EDGEAI_WIDE_ROWS * EDGEAI_WIDE_LANES];
    int32_t lanes = 0;
    for (int32_t o = 0; o < p->output_channels; o += lanes) {
        const int32_t left = p->output_channels - o;
        const float *const w = weights + o * depth;
        if (pixels == 1) {
            lanes = edgeai_wide_row_f32(sums, x, w, left, depth, reach);
        } else {
            lanes = edgeai_wide_lanes_of(left);
            edgeai_wide_rows_f32(sums, pixels, x, w, lanes, reach);
        }
        for (int32_t i = 0; i < pixels; i++) {
            edgeai_finish_sums_f32(
                y + i * p->output_channels + o, sums + i * EDGEAI_WIDE_LANES, bias != NULL ? bias + o : NULL, left < lanes ? left : lanes,
                p->minimum, p->maximum);
        }
    }
}

/* How many pixels of a row are made at a time from a pixel on whose operand begins inside the image: all of their operands must. */
static int32_t pixels_of(const edgeai_conv2d_wide_f32_params *p, int32_t left, int32_t remaining)
{
    const int32_t last_left = p->input_width - 1 - (p->kernel_width - 1) * p->dilation_width;
    int32_t pixels = EDGEAI_WIDE_ROWS;
    while (pixels >= 4 && (pixels > remaining || left + (pixels - 1) * p->stride_width > last_left)) {
        pixels /= 2;
    }
    return left < 0 || pixels < 4 ? 1 : pixels;
}

void edgeai_conv2d_wide_f32(
    const edgeai_conv2d_wide_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    const int32_t channels = p->input_channels / p->planes; /* of a pixel of a plane */
    const int32_t plane = p->input_height * p->input_width * channels;
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
                const int32_t pixels = pixels_of(p, left, p->output_width - ox);
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
