#include "edgeai_max_pool2d_s16.h"

#include "edgeai_requantize.h"
#include "edgeai_window.h"

void edgeai_max_pool2d_s16(const edgeai_max_pool2d_s16_params *p, const int16_t *x, int16_t *y)
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
                for (int32_t c = 0; c < p->channels; c++) {
                    int32_t highest = INT16_MIN;
                    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
                        const int32_t row = top * p->input_width * p->channels + ky * row_step + left * p->channels + c;
                        for (int32_t kx = horizontal.first; kx < horizontal.end; kx++) {
                            const int32_t value = x[row + kx * pixel_step];
                            if (value > highest) {
                                highest = value;
                            }
                        }
                    }
                    *y++ = (int16_t)edgeai_clamp(highest, p->minimum, p->maximum);
                }
            }
        }
        x += p->input_height * p->input_width * p->channels;
    }
}
