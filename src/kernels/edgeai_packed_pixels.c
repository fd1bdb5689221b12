#include "edgeai_packed_pixels.h"

#include "edgeai_window.h"

void edgeai_packed_advance(const edgeai_packed_image *p, edgeai_packed_limits last, edgeai_packed_pixel *at)
{
    if (++at->ox < p->output_width) {
        at->left += p->stride_width;
        at->first += p->stride_width * p->input_channels;
        at->across = at->left >= 0 && at->left <= last.left;
        return;
    }
    at->ox = 0;
    if (++at->oy == p->output_height) {
        at->oy = 0;
        at->image += p->input_height * p->input_width * p->input_channels;
    }
    edgeai_packed_locate(p, last, at);
}

/* count, a multiple of 4, values of three rows as lanes. */
uint32_t *edgeai_packed_widen3(uint32_t *to, const int8_t *a, const int8_t *b, const int8_t *c, int32_t count)
{
    const int8_t *end = a + count;
    while (a != end) {
        const uint32_t va = edgeai_load_word(a);
        const uint32_t vb = edgeai_load_word(b);
        const uint32_t vc = edgeai_load_word(c);
        to[0] = edgeai_even_lanes(va);
        to[1] = edgeai_even_lanes(vb);
        to[2] = edgeai_even_lanes(vc);
        to[3] = edgeai_odd_lanes(va);
        to[4] = edgeai_odd_lanes(vb);
        to[5] = edgeai_odd_lanes(vc);
        to += 6;
        a += 4;
        b += 4;
        c += 4;
    }
    return to;
}

static EDGEAI_SHARED uint32_t *widen1(uint32_t *to, const int8_t *a, int32_t count)
{
    const int8_t *end = a + count;
    while (a != end) {
        const uint32_t v = edgeai_load_word(a);
        to[0] = edgeai_even_lanes(v);
        to[3] = edgeai_odd_lanes(v);
        to += 6;
        a += 4;
    }
    return to;
}

static uint32_t *fill1(uint32_t *to, uint32_t lanes, int32_t count)
{
    for (int32_t i = 0; i < count; i += 4) {
        to[0] = lanes;
        to[3] = lanes;
        to += 6;
    }
    return to;
}

static EDGEAI_SHARED int8_t *copy(int8_t *to, const int8_t *from, int32_t count)
{
    int8_t *const end = to + count;
    if (count >= 4) {
        /* The last word covers what is left. */
        const int8_t *const last = from + count - 4;
        while (from < last) {
            edgeai_store_word(to, edgeai_load_word(from));
            to += 4;
            from += 4;
        }
        edgeai_store_word(end - 4, edgeai_load_word(last));
        return end;
    }
    while (to != end) {
        *to++ = *from++;
    }
    return end;
}

int8_t *edgeai_packed_fill(int8_t *to, int32_t value, int32_t count)
{
    const uint32_t word = ((uint32_t)value & 0xFFu) * 0x01010101u;
    while (count >= 4) {
        edgeai_store_word(to, word);
        to += 4;
        count -= 4;
    }
    while (count > 0) {
        *to++ = (int8_t)value;
        count--;
    }
    return to;
}

/* Every third word from to on: what one pixel reads, channels being a multiple of 4. */
static void widen_pixel(const edgeai_packed_image *p, const edgeai_packed_pixel *at, uint32_t *to)
{
    const uint32_t zero_point = ((uint32_t)p->input_zero_point & 0xFFFFu) * 0x10001u;
    const int32_t row_step = p->dilation_height * p->input_width * p->input_channels;
    const int32_t pixel_step = p->dilation_width * p->input_channels;
    const int8_t *row = at->first;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t iy = at->top + ky * p->dilation_height;
        if (iy < 0 || iy >= p->input_height) {
            to = fill1(to, zero_point, p->kernel_width * p->input_channels);
        } else if (at->across && pixel_step == p->input_channels) {
            to = widen1(to, row, p->kernel_width * p->input_channels);
        } else {
            for (int32_t kx = 0; kx < p->kernel_width; kx++) {
                const int32_t ix = at->left + kx * p->dilation_width;
                to = ix >= 0 && ix < p->input_width ? widen1(to, row + kx * pixel_step, p->input_channels)
                                                    : fill1(to, zero_point, p->input_channels);
            }
        }
        row += row_step;
    }
}

/* The bytes that one pixel reads. */
static void copy_pixel(const edgeai_packed_image *p, const edgeai_packed_pixel *at, int8_t *to)
{
    const int32_t channels = p->input_channels;
    const int32_t run = p->kernel_width * channels;
    const int32_t row_step = p->dilation_height * p->input_width * channels;
    const int32_t padding = p->row_bytes - run;
    const int8_t *row = at->first;
    if (at->across && at->down && p->dilation_width == 1) {
        for (int32_t ky = 0; ky < p->kernel_height; ky++) {
            to = copy(to, row, run) + padding;
            row += row_step;
        }
        return;
    }
    const edgeai_window window = edgeai_window_of(at->left, p->input_width, p->kernel_width, p->dilation_width);
    const int32_t inside = window.end - window.first;
    row += window.first * p->dilation_width * channels;
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t iy = at->top + ky * p->dilation_height;
        if (iy < 0 || iy >= p->input_height) {
            to = edgeai_packed_fill(to, p->input_zero_point, run);
        } else {
            to = edgeai_packed_fill(to, p->input_zero_point, window.first * channels);
            if (p->dilation_width == 1) {
                to = copy(to, row, inside * channels);
            } else {
                for (int32_t kx = 0; kx < inside; kx++) {
                    to = copy(to, row + kx * p->dilation_width * channels, channels);
                }
            }
            to = edgeai_packed_fill(to, p->input_zero_point, (p->kernel_width - window.end) * channels);
        }
        to += padding;
        row += row_step;
    }
}

/* The lanes of three pixels; patches is the memory behind them, end that of x. */
void edgeai_packed_gather(
    const edgeai_packed_image *p, const edgeai_packed_pixel *at, const int8_t *end, uint32_t *lanes, int8_t *patches)
{
    const int32_t run = p->row_bytes;
    const int32_t row_step = p->dilation_height * p->input_width * p->input_channels;
    const int32_t across = at[0].across && at[1].across && at[2].across;
    const int32_t down = at[0].down && at[1].down && at[2].down;
    /* What is read behind a row meets weights of zero. */
    if (across && down && run % 4 == 0 && (p->dilation_width == 1 || p->kernel_width == 1)
        && run <= end - at[2].first - (p->kernel_height - 1) * row_step) {
        int32_t row = 0;
        for (int32_t ky = 0; ky < p->kernel_height; ky++) {
            lanes = edgeai_packed_widen3(lanes, at[0].first + row, at[1].first + row, at[2].first + row, run);
            row += row_step;
        }
    } else if (p->input_channels % 4 == 0) {
        for (int32_t i = 0; i < 3; i++) {
            widen_pixel(p, &at[i], lanes + i);
        }
    } else {
        for (int32_t i = 0; i < 3; i++) {
            copy_pixel(p, &at[i], patches + i * p->padded_depth);
        }
        (void)edgeai_packed_widen3(lanes, patches, patches + p->padded_depth, patches + 2 * p->padded_depth, p->padded_depth);
    }
}
