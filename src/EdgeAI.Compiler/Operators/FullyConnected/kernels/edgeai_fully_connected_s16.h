/* Products of int8 weights [outputs, depth] with rows of int16 values; zero points are 0. */
#ifndef EDGEAI_FULLY_CONNECTED_S16_H
#define EDGEAI_FULLY_CONNECTED_S16_H

#include <stdint.h>

#include "edgeai_dot_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_fully_connected_s16_params {
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    edgeai_result_s16 result;
} edgeai_fully_connected_s16_params;

void edgeai_fully_connected_s16(const edgeai_fully_connected_s16_params *p, const int16_t *x, const int8_t *weights, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
