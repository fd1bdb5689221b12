/* Products of int8 weights packed in pairs of results (edgeai_packed_pairs.h) with each int8 row of x [rows, depth]; depth is a multiple
 * of 4 and x word-aligned. Results are made four at a time; weights and channels are those of a multiple of four. */
#ifndef EDGEAI_FULLY_CONNECTED_PACKED_S8_H
#define EDGEAI_FULLY_CONNECTED_PACKED_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_fully_connected_packed_s8_params {
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    int32_t linear;
    int32_t limited; /* 1: minimum and maximum are narrower than the type's range and not met by the pairs' own arithmetic */
    int32_t minimum;
    int32_t maximum;
    const int32_t *channels;
} edgeai_fully_connected_packed_s8_params;

void edgeai_fully_connected_packed_s8(
    const edgeai_fully_connected_packed_s8_params *p, const int8_t *x, const uint32_t *weights, int8_t *y);

#ifdef __cplusplus
}
#endif

#endif
