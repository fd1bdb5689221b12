#include "edgeai_fully_connected_s8.h"

#include "edgeai_dot_s8.h"
#include "edgeai_requantize.h"

void edgeai_fully_connected_s8(
    const edgeai_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        uint32_t start = 0;
        if (p->weight_zero_point != 0) {
            for (int32_t k = 0; k < p->depth; k++) {
                start -= (uint32_t)(p->weight_zero_point * x[k]);
            }
        }
        for (int32_t o = 0; o < p->outputs; o += 4) {
            const int32_t count = p->outputs - o < 4 ? p->outputs - o : 4;
            const edgeai_rows_s8 rows = edgeai_rows_of_s8(weights + o * p->depth, p->depth, count);
            uint32_t sums[4] = {start, start, start, start};
            edgeai_dot4_s8(sums, x, 0, &rows, 0, p->depth);
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
