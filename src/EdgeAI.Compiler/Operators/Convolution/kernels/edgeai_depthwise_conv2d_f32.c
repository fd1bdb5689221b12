#include "edgeai_depthwise_conv2d_f32.h"

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
                for (int32_t c = 0; c < p->input_channels; c++) {
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
