#include "edgeai_fully_connected_vectors_s8.h"

#include "edgeai_vectors_s8.h"

void edgeai_fully_connected_vectors_s8(
    const edgeai_fully_connected_vectors_s8_params *p, const int8_t *x, const int8_t *weights, int8_t *y)
{
    edgeai_vector_limits_s8 limits;
    limits.zero_point = p->output_zero_point;
    limits.minimum = p->minimum;
    limits.maximum = p->maximum;
    limits.shifts_left = p->shifts_left;
    for (int32_t row = 0; row < p->rows; row++) {
        edgeai_vector_row_s8(x, p->depth, weights, p->channels, p->outputs, &limits, y);
        x += p->depth;
        y += p->outputs;
    }
}
