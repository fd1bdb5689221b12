#include "edgeai_fully_connected_f32.h"

#include "edgeai_dot_f32.h"
#include "edgeai_requantize.h"

void edgeai_fully_connected_f32(
    const edgeai_fully_connected_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t o = 0; o < p->outputs; o += 4) {
            const int32_t count = p->outputs - o < 4 ? p->outputs - o : 4;
            const edgeai_rows_f32 rows = edgeai_rows_of_f32(weights + o * p->depth, p->depth, count);
            float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
            edgeai_dot4_f32(sums, x, &rows, 0, p->depth);
            for (int32_t i = 0; i < count; i++) {
                const float sum = bias != NULL ? sums[i] + bias[o + i] : sums[i];
                *y++ = edgeai_clamp_f32(sum, p->minimum, p->maximum);
            }
        }
        x += p->depth;
    }
}
