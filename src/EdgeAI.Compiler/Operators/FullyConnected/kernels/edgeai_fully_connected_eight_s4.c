#include "edgeai_fully_connected_eight_s4.h"

#include "edgeai_channel_s8.h"
#include "edgeai_eight_sums_s8.h"
#include "edgeai_requantize.h"

void edgeai_fully_connected_eight_s4(
    const edgeai_fully_connected_eight_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch)
{
    for (int32_t row = 0; row < p->rows; row++) {
        uint32_t start = 0;
        for (int32_t k = 0; k < p->depth; k++) {
            start -= (uint32_t)(8 * x[k]);
        }
        for (int32_t o = 0; o < p->outputs; o += 8) {
            const int32_t count = p->outputs - o < 8 ? p->outputs - o : 8;
            uint32_t sums[8];
            for (int32_t i = 0; i < 8; i++) {
                sums[i] = start;
            }
            const uint32_t *group = weights + o / 8 * p->depth;
            for (int32_t k = 0; k < p->depth; k += EDGEAI_EIGHT_S4_DEPTHS) {
                const int32_t depth = p->depth - k < EDGEAI_EIGHT_S4_DEPTHS ? p->depth - k : EDGEAI_EIGHT_S4_DEPTHS;
                uint32_t *to = (uint32_t *)scratch;
                for (int32_t i = 0; i < depth; i++) {
                    const uint32_t eight = *group++;
                    *to++ = eight & 0x0F0F0F0Fu;
                    *to++ = eight >> 4 & 0x0F0F0F0Fu;
                }
                edgeai_eight_sums_s8(x + k, (const uint8_t *)scratch, depth, sums);
            }
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
