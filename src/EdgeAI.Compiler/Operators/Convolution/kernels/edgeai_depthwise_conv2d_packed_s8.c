#include "edgeai_depthwise_conv2d_packed_s8.h"

#include "edgeai_packed_taps_s8.h"
#include "edgeai_requantize.h"

/* Where the taps of a pixel near the border lie; those outside the image are at outside, a pixel of zero points. */
static void find_taps(
    const edgeai_depthwise_conv2d_packed_s8_params *p, uintptr_t x, uintptr_t outside, int32_t top, int32_t left, const uintptr_t *inside,
    uintptr_t *taps)
{
    int32_t iy = top;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        int32_t ix = left;
        for (int32_t kx = 0; kx < p->kernel_width; kx++) {
            *taps++ = iy < 0 || iy >= p->input_height || ix < 0 || ix >= p->input_width ? outside - x : *inside;
            inside++;
            ix += p->dilation_width;
        }
        iy += p->dilation_height;
    }
}

static void limit(const edgeai_depthwise_conv2d_packed_s8_params *p, int8_t *y)
{
    for (int32_t i = 0; i < p->output_channels; i++) {
        y[i] = (int8_t)edgeai_clamp(y[i], p->minimum, p->maximum);
    }
}

void edgeai_depthwise_conv2d_packed_s8(
    const edgeai_depthwise_conv2d_packed_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    const int32_t count = p->kernel_height * p->kernel_width;
    const int32_t channels = p->input_channels;
    const int32_t last_top = p->input_height - 1 - (p->kernel_height - 1) * p->dilation_height;
    const int32_t last_left = p->input_width - 1 - (p->kernel_width - 1) * p->dilation_width;
    uintptr_t *inside = (uintptr_t *)scratch;
    uintptr_t *near_border = inside + count;
    int8_t *outside = (int8_t *)(near_border + count);
    edgeai_packed_taps_s8 pixel;
    for (int32_t i = 0; i < count; i++) {
        const int32_t row = i / p->kernel_width * p->dilation_height;
        const int32_t column = i % p->kernel_width * p->dilation_width;
        inside[i] = (uintptr_t)((row * p->input_width + column) * channels);
    }
    for (int32_t c = 0; c < channels; c++) {
        outside[c] = (int8_t)p->input_zero_point;
    }
    pixel.channels = p->channels;
    pixel.channels_end = p->channels + channels / 4 * EDGEAI_TAPS_CHANNEL_WORDS;
    pixel.steps = (uint32_t)count / 2u + 1u;
    pixel.odd = (uint32_t)count % 2u;
    pixel.weights = weights;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const int32_t across = top >= 0 && top <= last_top;
            int32_t left = -p->pad_left;
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                pixel.x = (uintptr_t)x + (uintptr_t)(intptr_t)((top * p->input_width + left) * channels);
                pixel.y = y;
                pixel.taps = inside;
                if (!across || left < 0 || left > last_left) {
                    find_taps(p, pixel.x, (uintptr_t)outside, top, left, inside, near_border);
                    pixel.taps = near_border;
                }
                if (p->linear) {
                    edgeai_packed_taps_linear_s8(&pixel);
                } else {
                    edgeai_packed_taps_rectified_s8(&pixel);
                }
                if (p->limited) {
                    limit(p, y);
                }
                y += channels;
                left += p->stride_width;
            }
        }
        x += p->input_height * p->input_width * channels;
    }
}
