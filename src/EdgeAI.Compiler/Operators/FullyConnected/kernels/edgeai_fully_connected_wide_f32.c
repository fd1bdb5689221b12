#include "edgeai_fully_connected_wide_f32.h"

#include "edgeai_wide_f32.h"

void edgeai_fully_connected_wide_f32(
    const edgeai_fully_connected_wide_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    const edgeai_reach_f32 reach = {1, 0, 1, 0, p->depth, 0, 0, 0, p->depth};
    float sums[EDGEAI_WIDE_ROWS * EDGEAI_WIDE_LANES];
    int32_t rows = 0;
    for (int32_t row = 0; row < p->rows; row += rows) {
        const int32_t remaining = p->rows - row;
        rows = remaining >= EDGEAI_WIDE_ROWS ? EDGEAI_WIDE_ROWS : remaining >= 4 ? 4 : 1;
        int32_t lanes = 0;
        for (int32_t o = 0; o < p->outputs; o += lanes) {
            const int32_t left = p->outputs - o;
            const float *const w = weights + o * p->depth;
            if (rows == 1) {
                lanes = edgeai_wide_row_f32(sums, x, w, left, p->depth, &reach);
            } else {
                lanes = edgeai_wide_lanes_of(left);
                edgeai_wide_rows_f32(sums, rows, x, w, lanes, &reach);
            }
            for (int32_t i = 0; i < rows; i++) {
                edgeai_finish_sums_f32(y + i * p->outputs + o, sums + i * EDGEAI_WIDE_LANES, bias != NULL ? bias + o : NULL,
                    left < lanes ? left : lanes, p->minimum, p->maximum);
            }
        }
        x += rows * p->depth;
        y += rows * p->outputs;
    }
}
