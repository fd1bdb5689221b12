#include "edgeai_depthwise_conv2d_planar_s8.h"

#include "edgeai_planar_rows_s8.h"
#include "edgeai_requantize.h"

#define ROWS EDGEAI_PLANAR_ROWS
#define RESULT_ROWS (ROWS - 2)
#define CHANNELS 4

/* The lower lanes of two words. */
static inline uint32_t lower_lanes(uint32_t a, uint32_t b)
{
#if EDGEAI_DSP
    uint32_t lanes;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(lanes) : "r"(a), "r"(b));
    return lanes;
#else
    return (a & 0xFFFFu) | (b << 16);
#endif
}

/* The upper lanes. */
static inline uint32_t upper_lanes(uint32_t a, uint32_t b)
{
#if EDGEAI_DSP
    uint32_t lanes;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(lanes) : "r"(b), "r"(a));
    return lanes;
#else
    return (a >> 16) | (b & 0xFFFF0000u);
#endif
}

/* Four channels of two columns. */
static inline void spread(uint32_t *lanes, uint32_t left, uint32_t right)
{
    const uint32_t even_left = edgeai_even_lanes(left);
    const uint32_t even_right = edgeai_even_lanes(right);
    const uint32_t odd_left = edgeai_odd_lanes(left);
    const uint32_t odd_right = edgeai_odd_lanes(right);
    lanes[0] = lower_lanes(even_left, even_right);
    lanes[ROWS] = lower_lanes(odd_left, odd_right);
    lanes[2 * ROWS] = upper_lanes(even_left, even_right);
    lanes[3 * ROWS] = upper_lanes(odd_left, odd_right);
}

static EDGEAI_SHARED void spread_at_border(uint32_t *lanes, uint32_t left, uint32_t right)
{
    spread(lanes, left, right);
}

/* Zero points in one row of every plane. */
static void clear_row(uint32_t *lanes, uint32_t zero_points, int32_t words)
{
    for (int32_t i = 0; i < words; i++) {
        spread_at_border(lanes, zero_points, zero_points);
        lanes += CHANNELS * ROWS;
    }
}

/* A row of the operand; lanes of columns outside are zero points and stay. */
static void spread_row(const edgeai_depthwise_conv2d_planar_s8_params *p, const int8_t *x, uint32_t zero_points, uint32_t *lanes)
{
    const int32_t step = p->input_channels;
    int32_t columns = p->input_width;
    lanes += p->pad_left / 2 * CHANNELS * ROWS;
    if (p->pad_left % 2 != 0) {
        spread_at_border(lanes, zero_points, edgeai_load_word(x));
        lanes += CHANNELS * ROWS;
        x += step;
        columns--;
    }
    while (columns >= 2) {
        const uint32_t left = edgeai_load_word(x);
        const uint32_t right = edgeai_load_word(x + step);
        spread(lanes, left, right);
        lanes += CHANNELS * ROWS;
        x += 2 * step;
        columns -= 2;
    }
    if (columns > 0) {
        spread_at_border(lanes, edgeai_load_word(x), zero_points);
    }
}

/* The last two rows become the first. */
static void keep_rows(uint32_t *lanes, int32_t words)
{
    for (int32_t i = 0; i < words * CHANNELS; i++) {
        const uint32_t row = lanes[ROWS - 2];
        const uint32_t next = lanes[ROWS - 1];
        lanes[0] = row;
        lanes[1] = next;
        lanes += ROWS;
    }
}

static void limit(const edgeai_depthwise_conv2d_planar_s8_params *p, int8_t *y)
{
    for (int32_t ox = 0; ox < p->output_width; ox++) {
        for (int32_t c = 0; c < CHANNELS; c++) {
            y[c] = (int8_t)edgeai_clamp(y[c], p->minimum, p->maximum);
        }
        y += p->output_channels;
    }
}

/* Four channels of an image. */
static void convolve(
    const edgeai_depthwise_conv2d_planar_s8_params *p, const int8_t *x, int8_t *y, int32_t words, edgeai_planar_row_s8 *row, uint32_t *lanes)
{
    const uint32_t zero_points = ((uint32_t)p->input_zero_point & 0xFFu) * 0x01010101u;
    int32_t iy = -p->pad_top;
    int32_t ready = 0;
    for (int32_t oy = 0; oy < p->output_height; oy += RESULT_ROWS) {
        const int32_t left = p->output_height - oy;
        const int32_t count = left < RESULT_ROWS ? left : RESULT_ROWS;
        if (oy > 0) {
            keep_rows(lanes, words);
            ready = 2;
        }
        for (int32_t i = ready; i < count + 2; i++) {
            if (iy >= 0 && iy < p->input_height) {
                spread_row(p, x, zero_points, lanes + i);
                x += p->input_width * p->input_channels;
            } else {
                clear_row(lanes + i, zero_points, words);
            }
            iy++;
        }
        for (int32_t i = 0; i < count; i++) {
            row->lanes = lanes + i;
            row->y = y;
            if (p->linear) {
                edgeai_planar_row_linear_s8(row);
            } else {
                edgeai_planar_row_rectified_s8(row);
            }
            if (p->limited) {
                limit(p, y);
            }
            y += p->output_width * p->output_channels;
        }
    }
}

void edgeai_depthwise_conv2d_planar_s8(
    const edgeai_depthwise_conv2d_planar_s8_params *p, const int8_t *x, int8_t *y, void *scratch)
{
    const int32_t words = (p->output_width + 1) / 2 + 1;
    uint32_t *lanes = (uint32_t *)scratch;
    edgeai_planar_row_s8 row;
    for (int32_t i = 0; i < words * CHANNELS * ROWS; i++) {
        lanes[i] = ((uint32_t)p->input_zero_point & 0xFFFFu) * 0x10001u;
    }
    row.step = p->output_channels;
    row.pairs = (uint32_t)p->output_width / 2u;
    row.odd = (uint32_t)p->output_width % 2u;
    for (int32_t n = 0; n < p->batches; n++) {
        row.channel = p->channels;
        for (int32_t c = 0; c < p->output_channels; c += CHANNELS) {
            convolve(p, x + c, y + c, words, &row, lanes);
            row.channel += CHANNELS * EDGEAI_PLANAR_CHANNEL_WORDS;
        }
        x += p->input_height * p->input_width * p->input_channels;
        y += p->output_height * p->output_width * p->output_channels;
    }
}
