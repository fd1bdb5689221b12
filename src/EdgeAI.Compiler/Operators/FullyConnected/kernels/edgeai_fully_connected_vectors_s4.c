#include "edgeai_fully_connected_vectors_s4.h"

#include "edgeai_vectors_s4.h"

void edgeai_fully_connected_vectors_s4(
    const edgeai_fully_connected_vectors_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y)
{
    edgeai_vector_limits_s8 limits;
    limits.zero_point = p->output_zero_point;
    limits.minimum = p->minimum;
    limits.maximum = p->maximum;
    limits.shifts_left = p->shifts_left;
    for (int32_t row = 0; row < p->rows; row++) {
        edgeai_vector_row_s4(
            x, (uint32_t)p->depth / 16u, edgeai_vector_tail_s8(p->depth), weights, p->channels, p->outputs, &limits, y);
        x += p->depth;
        y += p->outputs;
    }
}
