#include "edgeai_depthwise_conv2d_vectors_s8.h"

#include "edgeai_vector_taps_s8.h"

/* Where the taps of a pixel near the border lie; those outside the image are at outside, a pixel of zero points. */
static void find_taps(
    const edgeai_depthwise_conv2d_vectors_s8_params *p, uintptr_t x, uintptr_t outside, int32_t top, int32_t left,
    const uintptr_t *inside, uintptr_t *taps)
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

void edgeai_depthwise_conv2d_vectors_s8(
    const edgeai_depthwise_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch)
{
    const int32_t count = p->kernel_height * p->kernel_width;
    const int32_t channels = p->input_channels;
    const int32_t last_top = p->input_height - 1 - (p->kernel_height - 1) * p->dilation_height;
    const int32_t last_left = p->input_width - 1 - (p->kernel_width - 1) * p->dilation_width;
    /* Neighbouring pixels of few channels are one row of lanes. */
    const int32_t most = p->stride_width == 1 && 16 % channels == 0 ? 16 / channels : 1;
    uintptr_t *inside = (uintptr_t *)scratch;
    uintptr_t *near_border = inside + count;
    int8_t *outside = (int8_t *)(near_border + count);
    edgeai_vector_taps_s8 pixel;
    for (int32_t i = 0; i < count; i++) {
        const int32_t row = i / p->kernel_width * p->dilation_height;
        const int32_t column = i % p->kernel_width * p->dilation_width;
        inside[i] = (uintptr_t)((row * p->input_width + column) * channels);
    }
    for (int32_t c = 0; c < channels; c++) {
        outside[c] = (int8_t)p->input_zero_point;
    }
    pixel.weights = weights;
    pixel.channels = p->channels;
    pixel.pairs = (uint32_t)count / 2u;
    pixel.odd = (uint32_t)count % 2u;
    pixel.limits.zero_point = p->output_zero_point;
    pixel.limits.minimum = p->minimum;
    pixel.limits.maximum = p->maximum;
    pixel.limits.shifts_left = p->shifts_left;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const int32_t across = top >= 0 && top <= last_top;
            int32_t left = -p->pad_left;
            int32_t ox = 0;
            while (ox < p->output_width) {
                int32_t pixels = 1;
                pixel.x = (uintptr_t)x + (uintptr_t)(intptr_t)((top * p->input_width + left) * channels);
                pixel.y = y;
                pixel.taps = inside;
                if (!across || left < 0 || left > last_left) {
                    find_taps(p, pixel.x, (uintptr_t)outside, top, left, inside, near_border);
                    pixel.taps = near_border;
                } else {
                    while (pixels < most && left + pixels <= last_left && ox + pixels < p->output_width) {
                        pixels++;
                    }
                }
                pixel.count = pixels * channels;
                if (p->minimum == p->output_zero_point && !p->shifts_left) {
                    edgeai_vector_taps_rectified_s8(&pixel);
                } else {
                    edgeai_vector_taps_linear_s8(&pixel);
                }
                y += pixel.count;
                ox += pixels;
                left += pixels * p->stride_width;
            }
        }
        x += p->input_height * p->input_width * channels;
    }
}
