#include "edgeai_fully_connected_s4.h"

#include "edgeai_dot_s4.h"
#include "edgeai_requantize.h"

void edgeai_fully_connected_s4(
    const edgeai_fully_connected_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y)
{
    const int32_t row_bytes = (p->depth + 1) / 2;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t o = 0; o < p->outputs; o += 4) {
            const int32_t count = p->outputs - o < 4 ? p->outputs - o : 4;
            const edgeai_rows_s4 rows = edgeai_rows_of_s4(weights + o * row_bytes, row_bytes, count);
            uint32_t sums[4] = {0, 0, 0, 0};
            edgeai_dot4_s4(sums, x, 1, &rows, 0, p->depth);
            for (int32_t i = 0; i < count; i++) {
                const int32_t channel = (o + i) * p->channel_step;
                const int32_t sum = (int32_t)(sums[i] + (uint32_t)p->bias[o + i]);
                const int32_t scaled = edgeai_requantize(sum, p->multipliers[channel], p->shifts[channel]);
                *y++ = (int8_t)edgeai_clamp(edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
            }
        }
        x += p->depth;
    }
}
