#include "edgeai_fully_connected_s16.h"

void edgeai_fully_connected_s16(
    const edgeai_fully_connected_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t o = 0; o < p->outputs; o += 4) {
            const int32_t count = p->outputs - o < 4 ? p->outputs - o : 4;
            const edgeai_rows_s8 rows = edgeai_rows_of_s8(weights + o * p->depth, p->depth, count);
            int64_t sums[4] = {0, 0, 0, 0};
            edgeai_dot4_s16(sums, x, &rows, 0, p->depth);
            for (int32_t i = 0; i < count; i++) {
                *y++ = edgeai_finish_s16(&p->result, o + i, sums[i]);
            }
        }
        x += p->depth;
    }
}
