#include "edgeai_depthwise_conv2d_vectors_s8.h"

#include "edgeai_vectors_s8.h"

/* The results of a pixel whose taps are at these places. */
static void sum_pixel(
    const edgeai_depthwise_conv2d_vectors_s8_params *p, const int8_t *const *taps, int32_t count, const int8_t *weights,
    const edgeai_vector_limits_s8 *limits, int8_t *y)
{
    const int32_t *channels = p->channels;
    for (int32_t c = 0; c < p->input_channels; c += 4) {
        const int8_t *w = weights + c;
#if EDGEAI_MVE
        int32x4_t sums = vldrwq_s32(channels);
        for (int32_t i = 0; i < count; i++) {
            sums = vaddq_s32(sums, vmulq_s32(vldrbq_s32(taps[i] + c), vldrbq_s32(w)));
            w += p->input_channels;
        }
#else
        uint32_t sums[4];
        for (int32_t j = 0; j < 4; j++) {
            uint32_t sum = (uint32_t)channels[j];
            for (int32_t i = 0; i < count; i++) {
                sum += (uint32_t)(taps[i][c + j] * w[i * p->input_channels + j]);
            }
            sums[j] = sum;
        }
#endif
        edgeai_store_lanes_s8(y + c, sums, channels, limits, 4);
        channels += EDGEAI_VECTOR_CHANNEL_WORDS;
    }
}

void edgeai_depthwise_conv2d_vectors_s8(
    const edgeai_depthwise_conv2d_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y, void *scratch)
{
    const int32_t count = p->kernel_height * p->kernel_width;
    const int32_t channels = p->input_channels;
    const int8_t **taps = (const int8_t **)scratch;
    int8_t *outside = (int8_t *)(taps + count);
    edgeai_vector_limits_s8 limits;
    limits.zero_point = p->output_zero_point;
    limits.minimum = p->minimum;
    limits.maximum = p->maximum;
    for (int32_t c = 0; c < channels; c++) {
        outside[c] = (int8_t)p->input_zero_point;
    }
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                const int32_t left = ox * p->stride_width - p->pad_left;
                const int8_t **tap = taps;
                for (int32_t ky = 0; ky < p->kernel_height; ky++) {
                    const int32_t iy = top + ky * p->dilation_height;
                    int32_t ix = left;
                    for (int32_t kx = 0; kx < p->kernel_width; kx++) {
                        const int32_t inside = iy >= 0 && iy < p->input_height && ix >= 0 && ix < p->input_width;
                        *tap++ = inside ? x + (iy * p->input_width + ix) * channels : outside;
                        ix += p->dilation_width;
                    }
                }
                sum_pixel(p, taps, count, weights, &limits, y);
                y += channels;
            }
        }
        x += p->input_height * p->input_width * channels;
    }
}
