/* A convolution of int8 images over packed pairs of channels, three pixels at a time, for kernels that differ in how weights are stored. */
#ifndef EDGEAI_PACKED_PIXELS_H
#define EDGEAI_PACKED_PIXELS_H

#include <stdint.h>

#include "edgeai_packed_image.h"
#include "edgeai_packed_pairs.h"
#include "edgeai_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One pixel of the result and where its first tap lies. */
typedef struct edgeai_packed_pixel {
    const int8_t *image;
    const int8_t *first;
    int32_t oy;
    int32_t ox;
    int32_t top;
    int32_t left;
    int32_t down; /* whether all its taps of a column lie inside the image */
    int32_t across; /* whether all its taps of a row do */
} edgeai_packed_pixel;

/* The last places from which all taps lie inside. */
typedef struct edgeai_packed_limits {
    int32_t top;
    int32_t left;
} edgeai_packed_limits;

static inline void edgeai_packed_locate(const edgeai_packed_image *p, edgeai_packed_limits last, edgeai_packed_pixel *at)
{
    at->top = at->oy * p->stride_height - p->pad_top;
    at->left = -p->pad_left;
    at->first = at->image + (at->top * p->input_width + at->left) * p->input_channels;
    at->down = at->top >= 0 && at->top <= last.top;
    at->across = at->left >= 0 && at->left <= last.left;
}

void edgeai_packed_advance(const edgeai_packed_image *p, edgeai_packed_limits last, edgeai_packed_pixel *at);

/* count, a multiple of 4, values of three rows as lanes. */
uint32_t *edgeai_packed_widen3(uint32_t *to, const int8_t *a, const int8_t *b, const int8_t *c, int32_t count);

int8_t *edgeai_packed_fill(int8_t *to, int32_t value, int32_t count);

/* The lanes of three pixels; patches is the memory behind them, end that of x. */
void edgeai_packed_gather(
    const edgeai_packed_image *p, const edgeai_packed_pixel *at, const int8_t *end, uint32_t *lanes, int8_t *patches);

/* Makes tile->channels up to their end of three pixels. */
typedef void edgeai_packed_multiply(const edgeai_packed_image *p, const edgeai_packed_tile_s8 *tile);

/* The whole convolution; weights of a pair of channels take pair_words. Calls of multiply are calls of what the caller names. */
static inline void edgeai_packed_convolve(
    const edgeai_packed_image *p, const int8_t *x, const uint32_t *weights, int32_t pair_words, int8_t *y, void *scratch,
    edgeai_packed_multiply *multiply)
{
    uint32_t *lanes = (uint32_t *)scratch;
    int8_t *patches = (int8_t *)(lanes + p->padded_depth / 2 * 3);
    const int32_t pairs = p->output_channels / 2;
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    int32_t left = p->batches * p->output_height * p->output_width;
    const int8_t *const end = x + p->batches * p->input_height * p->input_width * p->input_channels;
    edgeai_packed_pixel at[3];
    edgeai_packed_tile_s8 tile;
    tile.x = lanes;
    tile.steps = (uint32_t)p->padded_depth / 4u + 1u;
    if (depth != p->padded_depth) {
        (void)edgeai_packed_fill(patches, 0, 3 * p->padded_depth);
    }
    edgeai_packed_limits last;
    last.top = p->input_height - 1 - (p->kernel_height - 1) * p->dilation_height;
    last.left = p->input_width - 1 - (p->kernel_width - 1) * p->dilation_width;
    /* The pixels of the result are those of x. */
    const int32_t matched = depth == p->input_channels && depth == p->padded_depth && p->pad_top == 0 && p->pad_left == 0
        && p->stride_height == 1 && p->stride_width == 1 && p->output_height == p->input_height && p->output_width == p->input_width;
    at[0].image = x;
    at[0].oy = 0;
    at[0].ox = 0;
    edgeai_packed_locate(p, last, &at[0]);
    while (left > 0) {
        /* Behind the last pixel it is made again. */
        const int32_t count = left < 3 ? left : 3;
        if (matched) {
            const int8_t *const x1 = count > 1 ? x + depth : x;
            (void)edgeai_packed_widen3(lanes, x, x1, count > 2 ? x1 + depth : x1, depth);
            x += count * depth;
        } else {
            at[1] = at[0];
            if (count > 1) {
                edgeai_packed_advance(p, last, &at[1]);
            }
            at[2] = at[1];
            if (count > 2) {
                edgeai_packed_advance(p, last, &at[2]);
            }
            edgeai_packed_gather(p, at, end, lanes, patches);
        }
        int8_t *const y1 = count > 1 ? y + p->output_channels : y;
        int8_t *const y2 = count > 2 ? y1 + p->output_channels : y1;
        tile.weights = weights;
        tile.channels = p->channels;
        if (pairs > 0) {
            tile.y[0] = y;
            tile.y[1] = y1;
            tile.y[2] = y2;
            tile.channels_end = tile.channels + pairs * EDGEAI_PACKED_CHANNEL_WORDS;
            multiply(p, &tile);
        }
        if (p->output_channels % 2 != 0) {
            int8_t pair[3][2];
            tile.channels += pairs * EDGEAI_PACKED_CHANNEL_WORDS;
            tile.channels_end = tile.channels + EDGEAI_PACKED_CHANNEL_WORDS;
            tile.weights += pairs * pair_words;
            tile.y[0] = pair[0];
            tile.y[1] = pair[1];
            tile.y[2] = pair[2];
            multiply(p, &tile);
            y[p->output_channels - 1] = pair[0][0];
            y1[p->output_channels - 1] = pair[1][0];
            y2[p->output_channels - 1] = pair[2][0];
        }
        const int32_t written = count * p->output_channels;
        for (int32_t i = 0; p->limited && i < written; i++) {
            y[i] = (int8_t)edgeai_clamp(y[i], p->minimum, p->maximum);
        }
        y += written;
        left -= count;
        if (left > 0 && !matched) {
            at[0] = at[2];
            edgeai_packed_advance(p, last, &at[0]);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
