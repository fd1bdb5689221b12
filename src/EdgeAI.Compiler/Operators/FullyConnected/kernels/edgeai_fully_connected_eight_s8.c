#include "edgeai_fully_connected_eight_s8.h"

#include "edgeai_channel_s8.h"
#include "edgeai_eight_sums_s8.h"
#include "edgeai_requantize.h"

void edgeai_fully_connected_eight_s8(
    const edgeai_fully_connected_eight_s8_params *p, const int8_t *x, const uint8_t *weights, int8_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        uint32_t start = 0;
        for (int32_t k = 0; k < p->depth; k++) {
            start -= (uint32_t)(128 * x[k]);
        }
        for (int32_t o = 0; o < p->outputs; o += 8) {
            const int32_t count = p->outputs - o < 8 ? p->outputs - o : 8;
            uint32_t sums[8];
            for (int32_t i = 0; i < 8; i++) {
                sums[i] = start;
            }
            edgeai_eight_sums_s8(x, weights + o * p->depth, p->depth, sums);
            const int32_t *channels = p->channels + o * EDGEAI_CHANNEL_WORDS;
            if (p->linear) {
                edgeai_channel_results_linear_s8(sums, channels, (uint32_t)count, y + o);
            } else {
                edgeai_channel_results_rectified_s8(sums, channels, (uint32_t)count, y + o);
            }
        }
        for (int32_t o = 0; p->limited && o < p->outputs; o++) {
            y[o] = (int8_t)edgeai_clamp(y[o], p->minimum, p->maximum);
        }
        x += p->depth;
        y += p->outputs;
    }
}
