/* Products of int8 values with weights of 4 bits over vectors of sixteen bytes. For each sixteen depth indices of four channels there are two vectors of
 * bytes: the first holds the weights of channel 0 in its lower halves and those of channel 1 in its upper ones, the second those of 2 and 3. */
#ifndef EDGEAI_VECTORS_S4_H
#define EDGEAI_VECTORS_S4_H

#include <stdint.h>

#include "edgeai_vectors_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One row of blocks times sixteen bytes, and of as many more as tail has bits, times all channels. */
void edgeai_vector_row_s4(
    const int8_t *x, uint32_t blocks, uint32_t tail, const uint8_t *weights, const int32_t *channels, int32_t count,
    const edgeai_vector_limits_s8 *limits, int8_t *y);

#ifdef __cplusplus
}
#endif

#endif
