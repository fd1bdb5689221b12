/* Products of int8 weights laid out for vectors (four channels by sixteen depth indices, as for convolutions) with each int8 row of x [rows, depth]. */
#ifndef EDGEAI_FULLY_CONNECTED_VECTORS_S4_H
#define EDGEAI_FULLY_CONNECTED_VECTORS_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_fully_connected_vectors_s4_params {
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    int32_t output_zero_point;
    int32_t minimum;
    int32_t maximum;
    int32_t shifts_left; /* whether a channel's shift is positive */
    const int32_t *channels;
} edgeai_fully_connected_vectors_s4_params;

void edgeai_fully_connected_vectors_s4(
    const edgeai_fully_connected_vectors_s4_params *p, const int8_t *x, const uint8_t *weights, int8_t *y);

#ifdef __cplusplus
}
#endif

#endif
