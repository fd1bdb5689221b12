#include "edgeai_conv2d_vectors_s8.h"

#include "edgeai_vectors_s8.h"
#include "edgeai_window.h"

#include <stddef.h>

static int8_t *copy(int8_t *to, const int8_t *from, int32_t count)
{
#if EDGEAI_MVE
    while (count > 0) {
        const mve_pred16_t lanes = vctp8q((uint32_t)count);
        vstrbq_p_s8(to, vldrbq_z_s8(from, lanes), lanes);
        if (count <= 16) {
            return to + count;
        }
        to += 16;
        from += 16;
        count -= 16;
    }
    return to;
#else
    while (count > 0) {
        *to++ = *from++;
        count--;
    }
    return to;
#endif
}

static int8_t *fill(int8_t *to, int32_t value, int32_t count)
{
    while (count > 0) {
        *to++ = (int8_t)value;
        count--;
    }
    return to;
}

/* What one pixel of the result reads. */
static void gather(
    const edgeai_conv2d_vectors_s8_params *p, const int8_t *image, int32_t top, int32_t left, edgeai_window vertical,
    edgeai_window horizontal, int8_t *to)
{
    const int32_t channels = p->input_channels;
    const int32_t inside = horizontal.end - horizontal.first;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        if (ky < vertical.first || ky >= vertical.end || inside == 0) {
            to = fill(to, p->input_zero_point, p->kernel_width * channels);
            continue;
        }
        const int8_t *row = image
            + ((top + ky * p->dilation_height) * p->input_width + left + horizontal.first * p->dilation_width) * channels;
        to = fill(to, p->input_zero_point, horizontal.first * channels);
        if (p->dilation_width == 1) {
            to = copy(to, row, inside * channels);
        } else {
            for (int32_t kx = 0; kx < inside; kx++) {
                to = copy(to, row + kx * p->dilation_width * channels, channels);
            }
        }
        to = fill(to, p->input_zero_point, (p->kernel_width - horizontal.end) * channels);
    }
}

void edgeai_conv2d_vectors_s8(
    const edgeai_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch)
{
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    edgeai_vector_limits_s8 limits;
    limits.zero_point = p->output_zero_point;
    limits.minimum = p->minimum;
    limits.maximum = p->maximum;
    limits.shifts_left = p->shifts_left;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const edgeai_window vertical = edgeai_window_of(top, p->input_height, p->kernel_height, p->dilation_height);
            int32_t left = -p->pad_left;
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                const int8_t *row = (const int8_t *)scratch;
                if (scratch == NULL) {
                    row = x + (top * p->input_width + left) * p->input_channels;
                } else {
                    const edgeai_window horizontal =
                        edgeai_window_of(left, p->input_width, p->kernel_width, p->dilation_width);
                    gather(p, x, top, left, vertical, horizontal, (int8_t *)scratch);
                }
                edgeai_vector_row_s8(row, depth, weights, p->channels, p->output_channels, &limits, y);
                y += p->output_channels;
                left += p->stride_width;
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
}
