#include "edgeai_fully_connected_packed_s4.h"

#include "edgeai_packed_s4.h"
#include "edgeai_requantize.h"

static void multiply(const edgeai_fully_connected_packed_s4_params *p, const edgeai_packed_row_s4 *row)
{
    if (p->linear) {
        edgeai_packed_row_linear_s4(row);
    } else {
        edgeai_packed_row_rectified_s4(row);
    }
}

void edgeai_fully_connected_packed_s4(
    const edgeai_fully_connected_packed_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y)
{
    const int32_t groups = p->outputs / 4;
    const int32_t left = p->outputs % 4;
    edgeai_packed_row_s4 row;
    row.steps = (uint32_t)p->depth / 4u + 1u;
    for (int32_t i = 0; i < p->rows; i++) {
        row.x = x;
        row.y = y;
        row.weights = weights;
        row.channels = p->channels;
        row.offset = edgeai_packed_offset_s4(x, p->depth);
        if (groups > 0) {
            row.channels_end = row.channels + groups * 2 * EDGEAI_PACKED_CHANNEL_WORDS;
            multiply(p, &row);
        }
        if (left > 0) {
            int8_t last[4];
            row.channels += groups * 2 * EDGEAI_PACKED_CHANNEL_WORDS;
            row.channels_end = row.channels + 2 * EDGEAI_PACKED_CHANNEL_WORDS;
            row.weights += groups * (p->depth / 2);
            row.y = last;
            multiply(p, &row);
            memcpy(y + groups * 4, last, (size_t)left);
        }
        for (int32_t o = 0; p->limited && o < p->outputs; o++) {
            y[o] = (int8_t)edgeai_clamp(y[o], p->minimum, p->maximum);
        }
        x += p->depth;
        y += p->outputs;
    }
}
