#include "edgeai_depthwise_conv2d_f32.h"

#include "edgeai_lanes_f32.h"
#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* One pixel of the result: where its taps lie, and which of them are inside the image. */
typedef struct pixel {
    int32_t top;
    int32_t left;
    edgeai_window vertical;
    edgeai_window horizontal;
} pixel;

/* The sum of channel o, which reads channel c; taps outside the image count as 0. */
static float sum_channel(
    const edgeai_depthwise_conv2d_f32_params *p, const pixel *at, const float *image, const float *weights, int32_t c,
    int32_t o)
{
    float sum = 0.0f;
    for (int32_t ky = at->vertical.first; ky < at->vertical.end; ky++) {
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width;
        for (int32_t kx = at->horizontal.first; kx < at->horizontal.end; kx++) {
            const float value = image[(row + at->left + kx * p->dilation_width) * p->input_channels + c];
            sum += value * weights[(ky * p->kernel_width + kx) * p->output_channels + o];
        }
    }
    return sum;
}

/* The same for eight channels from c on, each by itself. */
static void sum_lanes(
    const edgeai_depthwise_conv2d_f32_params *p, const pixel *at, const float *image, const float *weights, int32_t c, float *sums)
{
    const int32_t channels = p->input_channels;
    const int32_t step = p->dilation_width * channels;
    const int32_t inside = at->horizontal.end - at->horizontal.first;
    const int32_t row_step = p->dilation_height * p->input_width * channels;
    const float *row = image + c
        + ((at->top + at->vertical.first * p->dilation_height) * p->input_width + at->left
           + at->horizontal.first * p->dilation_width) * channels;
    const float *taps = weights + c + (at->vertical.first * p->kernel_width + at->horizontal.first) * channels;
#if EDGEAI_HAS_LANES
    edgeai_eight_floats lanes = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
#else
    float lanes[EDGEAI_LANES] = {0.0f};
#endif
    for (int32_t ky = at->vertical.first; ky < at->vertical.end; ky++) {
        const float *v = row;
        const float *w = taps;
        for (int32_t kx = 0; kx < inside; kx++) {
#if EDGEAI_HAS_LANES
            lanes += EDGEAI_EIGHT_OF(v) * EDGEAI_EIGHT_OF(w);
#else
            for (int32_t i = 0; i < EDGEAI_LANES; i++) {
                lanes[i] += v[i] * w[i];
            }
#endif
            v += step;
            w += channels;
        }
        row += row_step;
        taps += p->kernel_width * channels;
    }
#if EDGEAI_HAS_LANES
    EDGEAI_EIGHT(sums) = lanes;
#else
    for (int32_t i = 0; i < EDGEAI_LANES; i++) {
        sums[i] = lanes[i];
    }
#endif
}

void edgeai_depthwise_conv2d_f32(
    const edgeai_depthwise_conv2d_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            pixel at;
            at.top = oy * p->stride_height - p->pad_top;
            at.vertical = edgeai_window_of(at.top, p->input_height, p->kernel_height, p->dilation_height);
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                int32_t o = 0;
                at.left = ox * p->stride_width - p->pad_left;
                at.horizontal = edgeai_window_of(at.left, p->input_width, p->kernel_width, p->dilation_width);
                int32_t c = 0;
                for (; p->depth_multiplier == 1 && c + EDGEAI_LANES <= p->input_channels; c += EDGEAI_LANES) {
                    float sums[EDGEAI_LANES];
                    sum_lanes(p, &at, x, weights, c, sums);
                    edgeai_finish_lanes_f32(y, sums, bias != NULL ? bias + c : NULL, EDGEAI_LANES, p->minimum, p->maximum);
                    y += EDGEAI_LANES;
                    o += EDGEAI_LANES;
                }
                for (; c < p->input_channels; c++) {
                    for (int32_t m = 0; m < p->depth_multiplier; m++, o++) {
                        const float sum = sum_channel(p, &at, x, weights, c, o) + (bias != NULL ? bias[o] : 0.0f);
                        *y++ = edgeai_clamp_f32(sum, p->minimum, p->maximum);
                    }
                }
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
}
