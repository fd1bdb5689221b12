#include "edgeai_depthwise_conv2d_s16.h"

#include "edgeai_window.h"

/* One pixel of the result: where its taps lie, and which of them are inside the image. */
typedef struct pixel {
    int32_t top;
    int32_t left;
    edgeai_window vertical;
    edgeai_window horizontal;
} pixel;

/* The sum of result channel o, which reads channel c. Taps outside the image add nothing. */
static int64_t sum_channel(
    const edgeai_depthwise_conv2d_s16_params *p, const pixel *at, const int16_t *image, const int8_t *weights, int32_t c,
    int32_t o)
{
    int64_t sum = 0;
    for (int32_t ky = at->vertical.first; ky < at->vertical.end; ky++) {
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width + at->left;
        for (int32_t kx = at->horizontal.first; kx < at->horizontal.end; kx++) {
            sum += image[(row + kx * p->dilation_width) * p->input_channels + c]
                * weights[(ky * p->kernel_width + kx) * p->output_channels + o];
        }
    }
    return sum;
}

/* Four channels at once, each of which reads the channel of its own number. The taps of a row, at most 256, are exact in 32 bits. */
static void sum_four_channels(
    const edgeai_depthwise_conv2d_s16_params *p, const pixel *at, const int16_t *image, const int8_t *weights, int32_t c,
    int64_t *sums)
{
    const int32_t channels = p->input_channels;
    const int32_t tap_step = p->dilation_width * channels;
    for (int32_t ky = at->vertical.first; ky < at->vertical.end; ky++) {
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width + at->left;
        const int16_t *v = image + row * channels + at->horizontal.first * tap_step + c;
        const int8_t *w = weights + (ky * p->kernel_width + at->horizontal.first) * channels + c;
        int32_t s0 = 0;
        int32_t s1 = 0;
        int32_t s2 = 0;
        int32_t s3 = 0;
        for (int32_t kx = at->horizontal.first; kx < at->horizontal.end; kx++) {
            s0 += v[0] * w[0];
            s1 += v[1] * w[1];
            s2 += v[2] * w[2];
            s3 += v[3] * w[3];
            v += tap_step;
            w += channels;
        }
        sums[0] += s0;
        sums[1] += s1;
        sums[2] += s2;
        sums[3] += s3;
    }
}

static void pixel_channels(
    const edgeai_depthwise_conv2d_s16_params *p, const pixel *at, const int16_t *image, const int8_t *weights, int16_t *y)
{
    int32_t c = 0;
    if (p->depth_multiplier == 1 && p->kernel_width <= EDGEAI_DOT_PART_S16) {
        for (; c + 4 <= p->input_channels; c += 4) {
            int64_t sums[4] = {0, 0, 0, 0};
            sum_four_channels(p, at, image, weights, c, sums);
            for (int32_t i = 0; i < 4; i++) {
                y[c + i] = edgeai_finish_s16(&p->result, c + i, sums[i]);
            }
        }
    }
    for (; c < p->input_channels; c++) {
        for (int32_t m = 0; m < p->depth_multiplier; m++) {
            const int32_t o = c * p->depth_multiplier + m;
            y[o] = edgeai_finish_s16(&p->result, o, sum_channel(p, at, image, weights, c, o));
        }
    }
}

void edgeai_depthwise_conv2d_s16(
    const edgeai_depthwise_conv2d_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y)
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
