#include "edgeai_average_pool2d_f32.h"

#include "edgeai_requantize.h"
#include "edgeai_window.h"

static int32_t taps_inside(int32_t start, int32_t extent, int32_t kernel, int32_t dilation)
{
    const edgeai_window window = edgeai_window_of(start, extent, kernel, dilation);
    return window.end - window.first;
}

void edgeai_average_pool2d_f32(const edgeai_average_pool2d_f32_params *p, const float *x, float *y)
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
                for (int32_t c = 0; c < p->channels; c++) {
                    float sum = 0.0f;
                    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
                        const int32_t row = top * p->input_width * p->channels + ky * row_step + left * p->channels + c;
                        for (int32_t kx = horizontal.first; kx < horizontal.end; kx++) {
                            sum += x[row + kx * pixel_step];
                        }
                    }
                    sum = count > 0 ? sum / (float)count : 0.0f;
                    *y++ = edgeai_clamp_f32(sum, p->minimum, p->maximum);
                }
            }
        }
        x += p->input_height * p->input_width * p->channels;
    }
}
