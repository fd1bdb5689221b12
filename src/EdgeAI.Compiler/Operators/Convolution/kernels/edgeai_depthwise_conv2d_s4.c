#include "edgeai_depthwise_conv2d_s4.h"

#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* One pixel of the result: where its taps lie, and which of them are inside the image. */
typedef struct pixel {
    int32_t top;
    int32_t left;
    edgeai_window vertical;
    edgeai_window horizontal;
} pixel;

static int8_t finish(const edgeai_depthwise_conv2d_s4_params *p, int32_t o, uint32_t sum)
{
    const int32_t channel = o * p->channel_step;
    const int32_t scaled =
        edgeai_requantize((int32_t)(sum + (uint32_t)p->bias[o]), p->multipliers[channel], p->shifts[channel]);
    return (int8_t)edgeai_clamp(edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
}

/* Adds count taps of two channels, which read channels 0 and other of v; taps outside the image have a step of 0. A weight is stored 8 larger. */
static const uint8_t *add_taps(
    const int8_t *v, int32_t other, int32_t step, const uint8_t *w, int32_t row_bytes, int32_t count, uint32_t *sums)
{
    uint32_t s0 = sums[0];
    uint32_t s1 = sums[1];
    for (; count > 0; count--) {
        const int32_t both = *w;
        s0 += (uint32_t)(v[0] * ((both & 15) - 8));
        s1 += (uint32_t)(v[other] * ((both >> 4) - 8));
        v += step;
        w += row_bytes;
    }
    sums[0] = s0;
    sums[1] = s1;
    return w;
}

/* The sums of two channels whose weights share bytes from w on. Taps outside the image count as the zero point of x. */
static void sum_pair(
    const edgeai_depthwise_conv2d_s4_params *p, const pixel *at, const int8_t *image, int32_t other, const uint8_t *w,
    int32_t row_bytes, uint32_t *sums)
{
    const int8_t outside = (int8_t)p->input_zero_point;
    const int32_t first = at->horizontal.first;
    const int32_t inside = at->horizontal.end - first;
    const int32_t step = p->dilation_width * p->input_channels;
    sums[0] = 0;
    sums[1] = 0;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        if (ky < at->vertical.first || ky >= at->vertical.end || inside == 0) {
            w = add_taps(&outside, 0, 0, w, row_bytes, p->kernel_width, sums);
            continue;
        }
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width + at->left + first * p->dilation_width;
        w = add_taps(&outside, 0, 0, w, row_bytes, first, sums);
        w = add_taps(image + row * p->input_channels, other, step, w, row_bytes, inside, sums);
        w = add_taps(&outside, 0, 0, w, row_bytes, p->kernel_width - at->horizontal.end, sums);
    }
}

static void pixel_channels(
    const edgeai_depthwise_conv2d_s4_params *p, const pixel *at, const int8_t *image, const uint8_t *weights, int8_t *y)
{
    const int32_t row_bytes = (p->output_channels + 1) / 2;
    for (int32_t o = 0; o < p->output_channels; o += 2) {
        const int32_t c = o / p->depth_multiplier;
        const int32_t last = o + 1 == p->output_channels;
        uint32_t sums[2];
        sum_pair(p, at, image + c, last ? 0 : (o + 1) / p->depth_multiplier - c, weights + o / 2, row_bytes, sums);
        y[o] = finish(p, o, sums[0]);
        if (!last) {
            y[o + 1] = finish(p, o + 1, sums[1]);
        }
    }
}

void edgeai_depthwise_conv2d_s4(
    const edgeai_depthwise_conv2d_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y)
{
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            pixel at;
            at.top = oy * p->stride_height - p->pad_top;
            at.vertical = edgeai_window_of(at.top, p->input_height, p->kernel_height, p->dilation_height);
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                at.left = ox * p->stride_width - p->pad_left;
                at.horizontal = edgeai_window_of(at.left, p->input_width, p->kernel_width, p->dilation_width);
                pixel_channels(p, &at, x, weights, y);
                y += p->output_channels;
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
}
