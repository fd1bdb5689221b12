#include "edgeai_depthwise_conv2d_vectors_s8.h"

#include "edgeai_vectors_s8.h"

/* The results of a pixel whose taps are at these places. */
static void sum_pixel(
    const edgeai_depthwise_conv2d_vectors_s8_params *p, const int8_t *const *taps, int32_t count, const int8_t *weights,
    const edgeai_vector_limits_s8 *limits, int8_t *y)
{
    const int32_t *channels = p->channels;
    const int32_t step = p->input_channels;
    for (int32_t c = 0; c < step; c += 8) {
        const int8_t *w = weights + c;
#if EDGEAI_MVE
        const mve_pred16_t lanes = vctp16q((uint32_t)(step - c));
        int32x4_t even = vldrwq_s32(channels);
        int32x4_t odd = vldrwq_s32(channels + EDGEAI_VECTOR_CHANNEL_WORDS);
        const int8_t *const *tap = taps;
        int32_t pairs = count / 2;
        if (step - c >= 8) {
            for (; pairs > 0; pairs--) {
                int16x8_t products = vmulq_s16(vldrbq_s16(tap[0] + c), vldrbq_s16(w));
                w += step;
                products = vaddq_s16(products, vmulq_s16(vldrbq_s16(tap[1] + c), vldrbq_s16(w)));
                w += step;
                even = vaddq_s32(even, vmovlbq_s16(products));
                odd = vaddq_s32(odd, vmovltq_s16(products));
                tap += 2;
            }
        }
        for (; pairs > 0; pairs--) {
            int16x8_t products = vmulq_s16(vldrbq_z_s16(tap[0] + c, lanes), vldrbq_z_s16(w, lanes));
            w += step;
            products = vaddq_s16(products, vmulq_s16(vldrbq_z_s16(tap[1] + c, lanes), vldrbq_z_s16(w, lanes)));
            w += step;
            even = vaddq_s32(even, vmovlbq_s16(products));
            odd = vaddq_s32(odd, vmovltq_s16(products));
            tap += 2;
        }
        if (count % 2 != 0) {
            const int16x8_t products = vmulq_s16(vldrbq_z_s16(*tap + c, lanes), vldrbq_z_s16(w, lanes));
            even = vaddq_s32(even, vmovlbq_s16(products));
            odd = vaddq_s32(odd, vmovltq_s16(products));
        }
        even = edgeai_requantize_lanes(even, vldrwq_s32(channels + 4), vldrwq_s32(channels + 8), limits->shifts_left);
        odd = edgeai_requantize_lanes(odd, vldrwq_s32(channels + 16), vldrwq_s32(channels + 20), limits->shifts_left);
        even = vaddq_n_s32(even, limits->zero_point);
        odd = vaddq_n_s32(odd, limits->zero_point);
        int16x8_t values = vqmovnbq_s32(vdupq_n_s16(0), even);
        values = vqmovntq_s32(values, odd);
        values = vminq_s16(vmaxq_s16(values, vdupq_n_s16((int16_t)limits->minimum)), vdupq_n_s16((int16_t)limits->maximum));
        vstrbq_p_s16(y + c, values, lanes);
#else
        for (int32_t j = 0; j < 8 && c + j < step; j++) {
            const int32_t *channel = channels + j % 2 * EDGEAI_VECTOR_CHANNEL_WORDS + j / 2;
            uint32_t sum = (uint32_t)channel[0];
            for (int32_t i = 0; i < count; i++) {
                sum += (uint32_t)(taps[i][c + j] * w[i * step + j]);
            }
            const int32_t scaled = edgeai_requantize((int32_t)sum, channel[4], channel[8]);
            y[c + j] = (int8_t)edgeai_clamp(edgeai_add(scaled, limits->zero_point), limits->minimum, limits->maximum);
        }
#endif
        channels += 2 * EDGEAI_VECTOR_CHANNEL_WORDS;
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
    limits.shifts_left = p->shifts_left;
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
