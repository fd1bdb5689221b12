#include "edgeai_wide_conv2d.h"

#include "edgeai_requantize.h"

/* The operand's index that a tap reads for an index of the result, or -1. */
static int32_t input_index(
    int32_t is_transposed, int32_t output, int32_t tap, int32_t stride, int32_t dilation, int32_t padding, int32_t extent)
{
    int32_t index;
    if (is_transposed) {
        const int32_t place = output + padding - tap * dilation;
        if (place < 0 || place % stride != 0) {
            return -1;
        }
        index = place / stride;
    } else {
        index = output * stride - padding + tap * dilation;
    }
    return index >= 0 && index < extent ? index : -1;
}

/* The products of one run of channels. */
static int64_t run_s8(const int8_t *x, const int8_t *weights, int32_t count, int32_t zero_point, int32_t weight_zero_point)
{
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += (x[i] - zero_point) * (weights[i] - weight_zero_point);
    }
    return sum;
}

static int64_t run_s16(const int16_t *x, const int8_t *weights, int32_t count, int32_t zero_point, int32_t weight_zero_point)
{
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += (x[i] - zero_point) * (weights[i] - weight_zero_point);
    }
    return sum;
}

static int64_t sum_of(
    const edgeai_wide_conv2d_params *p, const void *x, const int8_t *weights, int32_t n, int32_t oy, int32_t ox, int32_t first_channel)
{
    const int32_t depth = p->input_channels / p->groups;
    int64_t sum = 0;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t iy = input_index(
            p->is_transposed, oy, ky, p->stride_height, p->dilation_height, p->pad_top, p->input_height);
        for (int32_t kx = 0; kx < p->kernel_width && iy >= 0; kx++) {
            const int32_t ix = input_index(
                p->is_transposed, ox, kx, p->stride_width, p->dilation_width, p->pad_left, p->input_width);
            if (ix >= 0) {
                const int32_t at = ((n * p->input_height + iy) * p->input_width + ix) * p->input_channels + first_channel;
                const int8_t *taps = weights + (ky * p->kernel_width + kx) * depth;
                sum += p->is_16_bit
                    ? run_s16((const int16_t *)x + at, taps, depth, p->input_zero_point, p->weight_zero_point)
                    : run_s8((const int8_t *)x + at, taps, depth, p->input_zero_point, p->weight_zero_point);
            }
        }
    }
    return sum;
}

static int32_t scaled_by(int32_t rounding, int64_t sum, int32_t multiplier, int32_t shift)
{
    if (rounding == 1) {
        return edgeai_requantize_wide(sum, multiplier, shift);
    }
    return rounding == 2 ? edgeai_requantize_once((int32_t)sum, multiplier, shift) : edgeai_requantize((int32_t)sum, multiplier, shift);
}

void edgeai_wide_conv2d(const edgeai_wide_conv2d_params *p, const void *x, const int8_t *weights, void *y)
{
    const int32_t depth = p->input_channels / p->groups;
    const int32_t group_outputs = p->output_channels / p->groups;
    const int32_t row_size = p->kernel_height * p->kernel_width * depth;
    int32_t at = 0;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                for (int32_t o = 0; o < p->output_channels; o++) {
                    const int32_t channel = o * p->channel_step;
                    const int64_t sum = p->bias[o] + sum_of(p, x, weights + o * row_size, n, oy, ox, o / group_outputs * depth);
                    const int32_t scaled = scaled_by(p->rounding, sum, p->multipliers[channel], p->shifts[channel]);
                    const int32_t value = edgeai_clamp(edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
                    if (p->is_16_bit) {
                        ((int16_t *)y)[at] = (int16_t)value;
                    } else {
                        ((int8_t *)y)[at] = (int8_t)value;
                    }
                    at++;
                }
            }
        }
    }
}
