#include "edgeai_vector_image.h"

#include "edgeai_window.h"

#include <stddef.h>

/* Copies rows of count bytes that lie step bytes apart in from, one behind the other. */
static int8_t *copy_rows(int8_t *to, const int8_t *from, int32_t count, int32_t step, int32_t rows)
{
#if EDGEAI_MVE
    while (rows > 0) {
        const int8_t *source = from;
        int8_t *target = to;
        __asm__ volatile(
            "wlstp.8 lr, %[count], 2f\n"
            "1:\n"
            "vldrb.u8 q0, [%[source]], #16\n"
            "vstrb.8 q0, [%[target]], #16\n"
            "letp lr, 1b\n"
            "2:\n"
            : [target] "+r"(target), [source] "+r"(source)
            : [count] "r"(count)
            : "q0", "lr", "memory");
        to += count;
        from += step;
        rows--;
    }
#else
    while (rows > 0) {
        for (int32_t i = 0; i < count; i++) {
            to[i] = from[i];
        }
        to += count;
        from += step;
        rows--;
    }
#endif
    return to;
}

static int8_t *fill(int8_t *to, int32_t value, int32_t count)
{
    while (count > 0) {
        *to++ = (int8_t)value;
        count--;
    }
    return to;
}

/* What a pixel near the border reads whose first tap is at (top, left). */
static void gather(
    const edgeai_vector_image *p, const int8_t *image, int32_t top, int32_t left, edgeai_window vertical, int8_t *to)
{
    const edgeai_window horizontal = edgeai_window_of(left, p->input_width, p->kernel_width, p->dilation_width);
    const int32_t channels = p->input_channels;
    const int32_t run = p->kernel_width * channels;
    const int32_t row_step = p->dilation_height * p->input_width * channels;
    const int32_t inside = horizontal.end - horizontal.first;
    const int8_t *row = image
        + ((top + vertical.first * p->dilation_height) * p->input_width + left + horizontal.first * p->dilation_width) * channels;
    to = fill(to, p->input_zero_point, vertical.first * run);
    for (int32_t ky = vertical.first; ky < vertical.end; ky++) {
        to = fill(to, p->input_zero_point, horizontal.first * channels);
        if (p->dilation_width == 1) {
            to = copy_rows(to, row, inside * channels, 0, 1);
        } else {
            to = copy_rows(to, row, channels, p->dilation_width * channels, inside);
        }
        to = fill(to, p->input_zero_point, (p->kernel_width - horizontal.end) * channels);
        row += row_step;
    }
    (void)fill(to, p->input_zero_point, (p->kernel_height - vertical.end) * run);
}

/* Two pixels, or one that is made twice. */
static void make(
    const edgeai_vector_image *p, const void *weights, edgeai_vector_tile_s8 *tile, int8_t *y, int32_t count, edgeai_vector_multiply *multiply)
{
    tile->y[0] = y;
    tile->y[1] = count > 1 ? y + p->output_channels : y;
    tile->channels = p->channels;
    tile->count = p->output_channels;
    multiply(tile, weights);
}

void edgeai_vector_convolve(
    const edgeai_vector_image *p, const int8_t *x, const void *weights, int8_t *y, void *scratch, edgeai_vector_multiply *multiply)
{
    const int32_t depth = p->kernel_height * p->kernel_width * p->input_channels;
    const int32_t padded = (depth + 15) / 16 * 16;
    const int32_t last_left = p->input_width - 1 - (p->kernel_width - 1) * p->dilation_width;
    const int32_t row_step = p->dilation_height * p->input_width * p->input_channels;
    int32_t waiting = 0;
    edgeai_vector_tile_s8 tile;
    tile.limits.zero_point = p->output_zero_point;
    tile.limits.minimum = p->minimum;
    tile.limits.maximum = p->maximum;
    tile.limits.shifts_left = p->shifts_left;
    tile.blocks = (uint32_t)(scratch == NULL ? depth : padded) / 16u;
    tile.tail = scratch == NULL ? edgeai_vector_tail_s8(depth) : 0u;
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t oy = 0; oy < p->output_height; oy++) {
            const int32_t top = oy * p->stride_height - p->pad_top;
            const edgeai_window vertical = edgeai_window_of(top, p->input_height, p->kernel_height, p->dilation_height);
            const int32_t across = vertical.first == 0 && vertical.end == p->kernel_height && p->dilation_width == 1;
            int32_t left = -p->pad_left;
            for (int32_t ox = 0; ox < p->output_width; ox++) {
                const int8_t *const first = x + (top * p->input_width + left) * p->input_channels;
                tile.x[waiting] = first;
                if (scratch != NULL) {
                    int8_t *const patch = (int8_t *)scratch + waiting * padded;
                    if (across && left >= 0 && left <= last_left) {
                        (void)copy_rows(patch, first, p->kernel_width * p->input_channels, row_step, p->kernel_height);
                    } else {
                        gather(p, x, top, left, vertical, patch);
                    }
                    tile.x[waiting] = patch;
                }
                if (++waiting == 2) {
                    make(p, weights, &tile, y, 2, multiply);
                    y += 2 * p->output_channels;
                    waiting = 0;
                }
                left += p->stride_width;
            }
        }
        x += p->input_height * p->input_width * p->input_channels;
    }
    if (waiting > 0) {
        tile.x[1] = tile.x[0];
        make(p, weights, &tile, y, 1, multiply);
    }
}
