#include "edgeai_max_pool2d_f32.h"

#include "edgeai_float_vectors.h"
#include "edgeai_window.h"

#if EDGEAI_WIDEST >= 16
#define READ(vector, place, count) edgeai_first_floats(place, count)
#define WRITE(vector, place, value, count) edgeai_put_first_floats(place, value, count)
#elif EDGEAI_HAS_VECTORS
#define READ(vector, place, count) EDGEAI_VECTOR_OF(vector, place)
#define WRITE(vector, place, value, count) (EDGEAI_VECTOR_AT(vector, place) = (value))
#endif

#if EDGEAI_HAS_VECTORS
/* Defines the results of the first count neighbouring channels, as many as a vector has lanes or, of sixteen, fewer; x is the first tap inside the image. */
#define DEFINE_POOL(name, lanes, vector) \
    static void name(const edgeai_max_pool2d_f32_params *p, const float *x, int32_t lines, int32_t taps, int32_t count, float *y) \
    { \
        const int32_t row_step = p->dilation_height * p->input_width * p->channels; \
        const int32_t pixel_step = p->dilation_width * p->channels; \
        const vector zeros = {0.0f}; \
        vector highest = zeros - INFINITY; \
        (void)count; \
        for (int32_t ky = 0; ky < lines; ky++) { \
            for (int32_t kx = 0; kx < taps; kx++) { \
                const vector value = READ(vector, x + kx * pixel_step, count); \
                highest = edgeai_choose_##lanes##_f32(value > highest, value, highest); \
            } \
            x += row_step; \
        } \
        WRITE(vector, y, edgeai_clamp_##lanes##_f32(highest, p->minimum, p->maximum), count); \
    }

#if EDGEAI_WIDEST >= 16
DEFINE_POOL(pool_sixteen, sixteen, edgeai_sixteen_floats)
#else
DEFINE_POOL(pool_four, four, edgeai_four_floats)
#if EDGEAI_WIDEST >= 8
DEFINE_POOL(pool_eight, eight, edgeai_eight_floats)
#endif
#endif

/* The first channels of a pixel, as many as vectors hold; tells how many. */
static int32_t pool_vectors(const edgeai_max_pool2d_f32_params *p, const float *x, int32_t lines, int32_t taps, float *y)
{
    int32_t c = 0;
#if EDGEAI_WIDEST >= 16
    for (; c < p->channels; c += 16) {
        pool_sixteen(p, x + c, lines, taps, p->channels - c, y + c);
    }
    return p->channels;
#else
#if EDGEAI_WIDEST >= 8
    for (; c + 8 <= p->channels; c += 8) {
        pool_eight(p, x + c, lines, taps, 8, y + c);
    }
#endif
    for (; c + 4 <= p->channels; c += 4) {
        pool_four(p, x + c, lines, taps, 4, y + c);
    }
    return c;
#endif
}
#endif

void edgeai_max_pool2d_f32(const edgeai_max_pool2d_f32_params *p, const float *x, float *y)
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
                int32_t c = 0;
#if EDGEAI_HAS_VECTORS
                c = pool_vectors(
                    p,
                    x + ((top + vertical.first * p->dilation_height) * p->input_width + left + horizontal.first * p->dilation_width) * p->channels,
                    vertical.end - vertical.first, horizontal.end - horizontal.first, y);
                y += c;
#endif
                for (; c < p->channels; c++) {
                    float highest = -INFINITY;
                    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
                        const int32_t row = top * p->input_width * p->channels + ky * row_step + left * p->channels + c;
                        for (int32_t kx = horizontal.first; kx < horizontal.end; kx++) {
                            const float value = x[row + kx * pixel_step];
                            highest = value > highest ? value : highest;
                        }
                    }
                    *y++ = edgeai_clamp_f32(highest, p->minimum, p->maximum);
                }
            }
        }
        x += p->input_height * p->input_width * p->channels;
    }
}
