#include "edgeai_fully_connected_lanes_f32.h"

#include "edgeai_lanes_f32.h"

void edgeai_fully_connected_lanes_f32(
    const edgeai_fully_connected_lanes_f32_params *p, const float *x, const float *weights, const float *bias, float *y)
{
    const edgeai_reach_f32 reach = {1, 0, 1, 0, p->depth, 0, 0, 0, p->depth};
    int32_t row = 0;
    while (row < p->rows) {
        const int32_t rows = p->rows - row < EDGEAI_LANE_ROWS ? 1 : EDGEAI_LANE_ROWS;
        int32_t lanes = 0;
        for (int32_t o = 0; o < p->outputs; o += lanes) {
            const int32_t left = p->outputs - o;
            const float *const w = weights + o * p->depth;
            float sums[EDGEAI_LANE_ROWS * EDGEAI_LANES];
            if (rows == EDGEAI_LANE_ROWS) {
                lanes = edgeai_sum_four_f32(sums, EDGEAI_LANES, x, w, left, &reach);
            } else {
                lanes = edgeai_sum_one_f32(sums, x, w, left, &reach);
            }
            for (int32_t i = 0; i < rows; i++) {
                edgeai_finish_sums_f32(y + i * p->outputs + o, sums + i * EDGEAI_LANES, bias != NULL ? bias + o : NULL,
                    left < lanes ? left : lanes, p->minimum, p->maximum);
            }
        }
        row += rows;
        x += rows * p->depth;
        y += rows * p->outputs;
    }
}
