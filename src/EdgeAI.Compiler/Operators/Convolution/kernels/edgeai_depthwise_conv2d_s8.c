#include "edgeai_depthwise_conv2d_s8.h"

#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* One pixel of the result: where its taps lie, and which of them are inside the image. */
typedef struct pixel {
    int32_t top;
    int32_t left;
    edgeai_window vertical;
    edgeai_window horizontal;
} pixel;

static int8_t finish(const edgeai_depthwise_conv2d_s8_params *p, int32_t o, uint32_t sum)
{
    const int32_t channel = o * p->channel_step;
    const int32_t scaled =
        edgeai_requantize((int32_t)(sum + (uint32_t)p->bias[o]), p->multipliers[channel], p->shifts[channel]);
    return (int8_t)edgeai_clamp(edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
}

/* The sum of channel o, which reads channel c. Taps outside the image count as the zero point of x. */
static uint32_t sum_channel(
    const edgeai_depthwise_conv2d_s8_params *p, const pixel *at, const int8_t *image, const int8_t *weights, int32_t c,
    int32_t o)
{
    uint32_t sum = 0;
    const int8_t *w = weights + o;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t row_inside = ky >= at->vertical.first && ky < at->vertical.end;
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width;
        for (int32_t kx = 0; kx < p->kernel_width; kx++) {
            int32_t value = p->input_zero_point;
            if (row_inside && kx >= at->horizontal.first && kx < at->horizontal.end) {
                value = image[(row + at->left + kx * p->dilation_width) * p->input_channels + c];
            }
            sum += (uint32_t)(value * *w);
            w += p->output_channels;
        }
    }
    return sum;
}

/* Adds count taps of four channels; taps outside the image have a step of 0 and read the same four zero points. */
static const int8_t *add_taps(
    const int8_t *v, int32_t step, const int8_t *w, int32_t channels, int32_t count, uint32_t *sums)
{
    uint32_t s0 = sums[0];
    uint32_t s1 = sums[1];
    uint32_t s2 = sums[2];
    uint32_t s3 = sums[3];
    for (; count > 0; count--) {
        s0 += (uint32_t)(v[0] * w[0]);
        s1 += (uint32_t)(v[1] * w[1]);
        s2 += (uint32_t)(v[2] * w[2]);
        s3 += (uint32_t)(v[3] * w[3]);
        v += step;
        w += channels;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    return w;
}

/* Four channels at once, each of which reads the channel of its own number. */
static void sum_four_channels(
    const edgeai_depthwise_conv2d_s8_params *p, const pixel *at, const int8_t *image, const int8_t *weights, int32_t c,
    uint32_t *sums)
{
    const int32_t channels = p->input_channels;
    const int8_t zero_point = (int8_t)p->input_zero_point;
    const int8_t outside[4] = {zero_point, zero_point, zero_point, zero_point};
    const int32_t first = at->horizontal.first;
    const int32_t inside = at->horizontal.end - first;
    const int8_t *w = weights + c;
    sums[0] = 0;
    sums[1] = 0;
    sums[2] = 0;
    sums[3] = 0;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        if (ky < at->vertical.first || ky >= at->vertical.end || inside == 0) {
            w = add_taps(outside, 0, w, channels, p->kernel_width, sums);
            continue;
        }
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width;
        const int8_t *v = image + (row + at->left + first * p->dilation_width) * channels + c;
        w = add_taps(outside, 0, w, channels, first, sums);
        w = add_taps(v, p->dilation_width * channels, w, channels, inside, sums);
        w = add_taps(outside, 0, w, channels, p->kernel_width - at->horizontal.end, sums);
    }
}

/* The same where all taps are inside the image. */
static void sum_four_channels_inside(
    const edgeai_depthwise_conv2d_s8_params *p, const int8_t *first, const int8_t *w, uint32_t *sums)
{
    const int32_t channels = p->input_channels;
    const int32_t tap_step = p->dilation_width * channels;
    const int32_t row_step = p->dilation_height * p->input_width * channels;
    uint32_t s0 = 0;
    uint32_t s1 = 0;
    uint32_t s2 = 0;
    uint32_t s3 = 0;
    for (int32_t ky = p->kernel_height; ky > 0; ky--) {
        const int8_t *v = first;
        for (int32_t kx = p->kernel_width; kx > 0; kx--) {
            s0 += (uint32_t)(v[0] * w[0]);
            s1 += (uint32_t)(v[1] * w[1]);
            s2 += (uint32_t)(v[2] * w[2]);
            s3 += (uint32_t)(v[3] * w[3]);
            v += tap_step;
            w += channels;
        }
        first += row_step;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

static void pixel_channels(
    const edgeai_depthwise_conv2d_s8_params *p, const pixel *at, const int8_t *image, const int8_t *weights, int8_t *y)
{
    const int32_t inside = at->vertical.end - at->vertical.first == p->kernel_height
        && at->horizontal.end - at->horizontal.first == p->kernel_width;
    int32_t c = 0;
    if (p->depth_multiplier == 1) {
        for (; c + 4 <= p->input_channels; c += 4) {
            uint32_t sums[4];
            if (inside) {
                const int8_t *first = image + (at->top * p->input_width + at->left) * p->input_channels + c;
                sum_four_channels_inside(p, first, weights + c, sums);
            } else {
                sum_four_channels(p, at, image, weights, c, sums);
            }
            for (int32_t i = 0; i < 4; i++) {
                y[c + i] = finish(p, c + i, sums[i]);
            }
        }
    }
    for (int32_t o = c; c < p->input_channels; c++) {
        for (int32_t m = 0; m < p->depth_multiplier; m++, o++) {
            y[o] = finish(p, o, sum_channel(p, at, image, weights, c, o));
        }
    }
}

void edgeai_depthwise_conv2d_s8(
    const edgeai_depthwise_conv2d_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y)
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
