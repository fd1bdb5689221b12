#include "edgeai_average_pool2d_s8.h"

#include "edgeai_mean.h"
#include "edgeai_window.h"

static int32_t taps_inside(int32_t start, int32_t extent, int32_t kernel, int32_t dilation)
{
    const edgeai_window window = edgeai_window_of(start, extent, kernel, dilation);
    return window.end - window.first;
}

static int32_t mean(const edgeai_average_pool2d_s8_params *p, int32_t sum, int32_t count)
{
    if (count == 0) {
        return p->multiplier == 0 ? p->input_zero_point : p->output_zero_point;
    }
    return p->multiplier == 0 ? edgeai_mean(sum, count)
                              : edgeai_mean_rescaled(sum - p->input_zero_point * count, count, p->multiplier, p->shift) + p->output_zero_point;
}

/* Writes the means of neighbouring channels; tells where the next is written. */
static int8_t *finish(const edgeai_average_pool2d_s8_params *p, const int32_t *sums, int32_t channels, int32_t count, int8_t *y)
{
    for (int32_t i = 0; i < channels; i++) {
        *y++ = (int8_t)edgeai_clamp(mean(p, sums[i], count), p->minimum, p->maximum);
    }
    return y;
}

void edgeai_average_pool2d_s8(const edgeai_average_pool2d_s8_params *p, const int8_t *x, int8_t *y)
{
    const int32_t row_step = p->dilation_height * p->input_width * p->channels;
    const int32_t pixel_step = p->dilation_width * p->channels;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const edgeai_window vertical =
                edgeai_window_of(top, p->input_height, p->kernel_height, p->dilation_height);
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                const int32_t left = ox * p->stride_width - p->pad_left;
                const edgeai_window horizontal =
                    edgeai_window_of(left, p->input_width, p->kernel_width, p->dilation_width);
                const int32_t inside =
                    (vertical.end - vertical.first) * (horizontal.end - horizontal.first);
                int32_t count = inside;
                if (p->count_padding) {
                    count = taps_inside(oy * p->stride_height, p->padded_height, p->kernel_height, p->dilation_height)
                        * taps_inside(ox * p->stride_width, p->padded_width, p->kernel_width, p->dilation_width);
                }
                int32_t c = 0;
                for (; c + 4 <= p->channels; c += 4) {
                    const int32_t start = p->input_zero_point * (count - inside);
                    int32_t sum0 = start;
                    int32_t sum1 = start;
                    int32_t sum2 = start;
                    int32_t sum3 = start;
                    const int8_t *row = x + (top * p->input_width + left) * p->channels + c + vertical.first * row_step
                        + horizontal.first * pixel_step;
                    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
                        const int8_t *v = row;
                        for (int32_t kx = horizontal.first; kx < horizontal.end; kx++) {
                            sum0 += v[0];
                            sum1 += v[1];
                            sum2 += v[2];
                            sum3 += v[3];
                            v += pixel_step;
                        }
                        row += row_step;
                    }
                    const int32_t sums[4] = {sum0, sum1, sum2, sum3};
                    y = finish(p, sums, 4, count, y);
                }
                for (; c < p->channels; c++) {
                    int32_t sum = p->input_zero_point * (count - inside);
                    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
                        const int32_t row = top * p->input_width * p->channels + ky * row_step + left * p->channels + c;
                        for (int32_t kx = horizontal.first; kx < horizontal.end; kx++) {
                            sum += x[row + kx * pixel_step];
                        }
                    }
                    y = finish(p, &sum, 1, count, y);
                }
            }
        }
        x += p->input_height * p->input_width * p->channels;
    }
}
