#include "edgeai_depthwise_conv2d_f32.h"

#include "edgeai_float_vectors.h"
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

/* Channels that are summed side by side, and the fewest that are. */
#if EDGEAI_HAS_VECTORS
#define BLOCK EDGEAI_WIDEST
#else
#define BLOCK 8
#endif
#if EDGEAI_WIDEST >= 16
#define LEAST 1
#else
#define LEAST BLOCK
#endif

/* What several channels of a pixel, each by itself, read from the first tap inside the image on. */
typedef struct reach {
    const float *values;
    const float *weights;
    int32_t lines;
    int32_t line_step;
    int32_t taps;
    int32_t tap_step;
    int32_t channels;
    int32_t weight_line_step;
} reach;

static reach reach_of(const edgeai_depthwise_conv2d_f32_params *p, const pixel *at, const float *image, const float *weights)
{
    const int32_t channels = p->input_channels;
    reach r;
    r.values = image
        + ((at->top + at->vertical.first * p->dilation_height) * p->input_width + at->left + at->horizontal.first * p->dilation_width) * channels;
    r.weights = weights + (at->vertical.first * p->kernel_width + at->horizontal.first) * channels;
    r.lines = at->vertical.end - at->vertical.first;
    r.line_step = p->dilation_height * p->input_width * channels;
    r.taps = at->horizontal.end - at->horizontal.first;
    r.tap_step = p->dilation_width * channels;
    r.channels = channels;
    r.weight_line_step = p->kernel_width * channels;
    return r;
}

#if EDGEAI_HAS_VECTORS
/* The sums of four vectors of channels from c on. */
static void sum_blocks(const reach *r, int32_t c, float *sums)
{
    edgeai_widest_floats a = {0.0f}, b = {0.0f}, d = {0.0f}, e = {0.0f};
    const float *line = r->values + c;
    const float *weights = r->weights + c;
    for (int32_t ky = 0; ky < r->lines; ky++) {
        const float *v = line;
        const float *w = weights;
        for (int32_t kx = 0; kx < r->taps; kx++) {
            a += EDGEAI_WIDEST_OF(v) * EDGEAI_WIDEST_OF(w);
            b += EDGEAI_WIDEST_OF(v + BLOCK) * EDGEAI_WIDEST_OF(w + BLOCK);
            d += EDGEAI_WIDEST_OF(v + 2 * BLOCK) * EDGEAI_WIDEST_OF(w + 2 * BLOCK);
            e += EDGEAI_WIDEST_OF(v + 3 * BLOCK) * EDGEAI_WIDEST_OF(w + 3 * BLOCK);
            v += r->tap_step;
            w += r->channels;
        }
        line += r->line_step;
        weights += r->weight_line_step;
    }
    EDGEAI_WIDEST_AT(sums) = a;
    EDGEAI_WIDEST_AT(sums + BLOCK) = b;
    EDGEAI_WIDEST_AT(sums + 2 * BLOCK) = d;
    EDGEAI_WIDEST_AT(sums + 3 * BLOCK) = e;
}

#if EDGEAI_WIDEST >= 16
#define READ(place, count) edgeai_first_floats(place, count)
#else
#define READ(place, count) EDGEAI_WIDEST_OF(place)
#endif

/* The sums of one vector of channels from c on; of sixteen, perhaps only the first are wanted. */
static void sum_block(const reach *r, int32_t c, int32_t count, float *sums)
{
    edgeai_widest_floats a = {0.0f};
    const float *line = r->values + c;
    const float *weights = r->weights + c;
    (void)count;
    for (int32_t ky = 0; ky < r->lines; ky++) {
        const float *v = line;
        const float *w = weights;
        for (int32_t kx = 0; kx < r->taps; kx++) {
            a += READ(v, count) * READ(w, count);
            v += r->tap_step;
            w += r->channels;
        }
        line += r->line_step;
        weights += r->weight_line_step;
    }
    EDGEAI_WIDEST_AT(sums) = a;
}
#else
/* The sums of eight channels from c on. */
static void sum_block(const reach *r, int32_t c, int32_t count, float *sums)
{
    (void)count;
    const float *line = r->values + c;
    const float *weights = r->weights + c;
    for (int32_t i = 0; i < BLOCK; i++) {
        sums[i] = 0.0f;
    }
    for (int32_t ky = 0; ky < r->lines; ky++) {
        const float *v = line;
        const float *w = weights;
        for (int32_t kx = 0; kx < r->taps; kx++) {
            for (int32_t i = 0; i < BLOCK; i++) {
                sums[i] += v[i] * w[i];
            }
            v += r->tap_step;
            w += r->channels;
        }
        line += r->line_step;
        weights += r->weight_line_step;
    }
}
#endif

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
                if (p->depth_multiplier == 1) {
                    const reach r = reach_of(p, &at, x, weights);
                    int32_t count = 0;
                    for (; c + LEAST <= p->input_channels; c += count) {
                        const int32_t left = p->input_channels - c;
                        float sums[4 * BLOCK];
#if EDGEAI_HAS_VECTORS
                        if (left >= 4 * BLOCK) {
                            count = 4 * BLOCK;
                            sum_blocks(&r, c, sums);
                        } else
#endif
                        {
                            count = left < BLOCK ? left : BLOCK;
                            sum_block(&r, c, count, sums);
                        }
                        edgeai_finish_sums_f32(y, sums, bias != NULL ? bias + c : NULL, count, p->minimum, p->maximum);
                        y += count;
                        o += count;
                    }
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
