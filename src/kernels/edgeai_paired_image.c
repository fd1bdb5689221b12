#include "edgeai_paired_image.h"

#include "edgeai_paired_s8.h"
#include "edgeai_requantize.h"
#include "edgeai_window.h"

/* A pixel of the result: where its first tap lies, and the image. */
typedef struct place {
    const int8_t *image;
    int32_t oy;
    int32_t ox;
    int32_t top;
    int32_t left;
} place;

static void next_place(const edgeai_paired_image *p, place *at)
{
    at->left += p->stride_width;
    if (++at->ox == p->output_width) {
        at->ox = 0;
        at->left = -p->pad_left;
        at->top += p->stride_height;
        if (++at->oy == p->output_height) {
            at->oy = 0;
            at->top = -p->pad_top;
            at->image += p->input_height * p->input_width * p->input_channels;
        }
    }
}

/* Whether all taps of a pixel lie inside the image. */
static int32_t is_inside(const edgeai_paired_image *p, const place *at)
{
    return at->top >= 0 && at->left >= 0 && at->top + (p->kernel_height - 1) * p->dilation_height < p->input_height
        && at->left + (p->kernel_width - 1) * p->dilation_width < p->input_width;
}

static const int8_t *first_value(const edgeai_paired_image *p, const place *at)
{
    return at->image + (at->top * p->input_width + at->left) * p->input_channels;
}

/* Words of count values of two pixels. */
static uint32_t *put_both(uint32_t *to, const int8_t *a, const int8_t *b, int32_t count)
{
    while (count >= 4) {
        to[0] = (uint32_t)a[0] + ((uint32_t)b[0] << 16);
        to[1] = (uint32_t)a[1] + ((uint32_t)b[1] << 16);
        to[2] = (uint32_t)a[2] + ((uint32_t)b[2] << 16);
        to[3] = (uint32_t)a[3] + ((uint32_t)b[3] << 16);
        to += 4;
        a += 4;
        b += 4;
        count -= 4;
    }
    while (count > 0) {
        *to++ = (uint32_t)*a++ + ((uint32_t)*b++ << 16);
        count--;
    }
    return to;
}

/* Words of two pixels that read no padding. */
static void gather_both(const edgeai_paired_image *p, const int8_t *a, const int8_t *b, uint32_t *to)
{
    const int32_t joined = p->dilation_width == 1;
    const int32_t run = joined ? p->kernel_width * p->input_channels : p->input_channels;
    const int32_t step = p->dilation_width * p->input_channels;
    const int32_t row = p->dilation_height * p->input_width * p->input_channels;
    for (int32_t ky = p->kernel_height; ky > 0; ky--) {
        int32_t at = 0;
        for (int32_t kx = joined ? 1 : p->kernel_width; kx > 0; kx--) {
            to = put_both(to, a + at, b + at, run);
            at += step;
        }
        a += row;
        b += row;
    }
}

/* Puts count values into the lower halves of words, or adds them to the upper halves; one value for all where step is 0. */
static uint32_t *put(uint32_t *to, const int8_t *from, int32_t step, int32_t count, int32_t upper)
{
    for (; count > 0; count--) {
        *to = upper ? *to + ((uint32_t)*from << 16) : (uint32_t)*from;
        to++;
        from += step;
    }
    return to;
}

/* What one pixel reads, with the zero point of x outside the image. */
static void gather(const edgeai_paired_image *p, const place *at, uint32_t *to, int32_t upper)
{
    const int8_t outside = (int8_t)p->input_zero_point;
    const int32_t channels = p->input_channels;
    const edgeai_window vertical = edgeai_window_of(at->top, p->input_height, p->kernel_height, p->dilation_height);
    const edgeai_window horizontal = edgeai_window_of(at->left, p->input_width, p->kernel_width, p->dilation_width);
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t row = (at->top + ky * p->dilation_height) * p->input_width + at->left;
        for (int32_t kx = 0; kx < p->kernel_width; kx++) {
            if (ky < vertical.first || ky >= vertical.end || kx < horizontal.first || kx >= horizontal.end) {
                to = put(to, &outside, 0, channels, upper);
            } else {
                to = put(to, at->image + (row + kx * p->dilation_width) * channels, 1, channels, upper);
            }
        }
    }
}

/* Words of the next count pixels. */
static void gather_block(const edgeai_paired_image *p, place *at, int32_t count, uint32_t *to)
{
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    for (int32_t i = 0; i < count; i += 2) {
        const place first = *at;
        next_place(p, at);
        if (i + 1 == count) {
            gather(p, &first, to, 0);
        } else if (is_inside(p, &first) && is_inside(p, at)) {
            gather_both(p, first_value(p, &first), first_value(p, at), to);
            next_place(p, at);
        } else {
            gather(p, &first, to, 0);
            gather(p, at, to, 1);
            next_place(p, at);
        }
        for (int32_t k = depth; k < p->padded_depth; k++) {
            to[k] = 0;
        }
        to += p->padded_depth;
    }
}

static void multiply(const edgeai_paired_image *p, const edgeai_paired_tile_s8 *tile)
{
    if (p->linear) {
        edgeai_paired_multiply_linear_s8(tile);
    } else {
        edgeai_paired_multiply_rectified_s8(tile);
    }
}

/* The results of count pixels in all channels. */
static void multiply_block(
    const edgeai_paired_image *p, const uint32_t *lanes, const uint32_t *weights, int32_t pair_words, int32_t count, int8_t *y, uint32_t *wide,
    edgeai_paired_widen *widen)
{
    edgeai_paired_tile_s8 tile;
    tile.weights = wide;
    tile.channels = p->channels;
    tile.depth_bytes = 4u * (uint32_t)p->padded_depth;
    tile.step = 2u * (uint32_t)p->output_channels;
    for (int32_t o = 0; o < p->output_channels; o += 2) {
        widen(weights, 2u * (uint32_t)p->padded_depth, wide);
        weights += pair_words;
        tile.other = o + 1 < p->output_channels ? 1 : 0;
        tile.x = lanes;
        tile.y[0] = y + o;
        tile.y[1] = tile.y[0] + p->output_channels;
        tile.pairs = (uint32_t)count / 2u;
        if (tile.pairs > 0) {
            multiply(p, &tile);
        }
        if (count % 2 != 0) {
            tile.x += (int32_t)tile.pairs * p->padded_depth;
            tile.y[0] += (int32_t)(tile.pairs * tile.step);
            tile.y[1] = tile.y[0];
            tile.pairs = 1;
            multiply(p, &tile);
        }
        tile.channels += 2 * EDGEAI_CHANNEL_WORDS;
    }
}

void edgeai_paired_convolve(
    const edgeai_paired_image *p, const int8_t *x, const uint32_t *weights, int32_t pair_words, int8_t *y, void *scratch,
    edgeai_paired_widen *widen)
{
    uint32_t *wide = (uint32_t *)scratch;
    uint32_t *lanes = wide + 2 * p->padded_depth;
    int32_t left = p->batches * p->output_height * p->output_width;
    place at = {x, 0, 0, -p->pad_top, -p->pad_left};
    while (left > 0) {
        const int32_t count = left < 2 * p->block_pairs ? left : 2 * p->block_pairs;
        const int32_t size = count * p->output_channels;
        gather_block(p, &at, count, lanes);
        multiply_block(p, lanes, weights, pair_words, count, y, wide, widen);
        if (p->limited) {
            for (int32_t i = 0; i < size; i++) {
                y[i] = (int8_t)edgeai_clamp(y[i], p->minimum, p->maximum);
            }
        }
        y += size;
        left -= count;
    }
}
