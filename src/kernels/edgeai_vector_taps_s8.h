/* Sums over the taps of a depthwise kernel, sixteen channels at a time, weights of at least -127 so that the products of two taps fit in
 * 16 bits.
 *
 * weights, for sixteen channels: sixteen bytes for each tap. channels, for sixteen channels: for those at 0, 4, 8 and 12 their biases,
 * factors and shifts, then for those at 2, 6, ..., at 1, 5, ... and at 3, 7, ...: the order in which products are widened. */
#ifndef EDGEAI_VECTOR_TAPS_S8_H
#define EDGEAI_VECTOR_TAPS_S8_H

#include <stdint.h>

#include "edgeai_vectors_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_VECTOR_TAPS_CHANNEL_WORDS 48

/* Channels of one pixel of the result, or of neighbouring pixels whose taps are neighbours too. The order of members is that of the assembly. */
typedef struct edgeai_vector_taps_s8 {
    const uintptr_t *taps; /* what is added to x for each tap */
    uintptr_t x; /* the address of the first tap's first channel */
    int8_t *y;
    const int8_t *weights;
    const int32_t *channels;
    int32_t count; /* channels, at least one */
    uint32_t pairs; /* of taps */
    uint32_t odd; /* whether one is left */
    edgeai_vector_limits_s8 limits;
} edgeai_vector_taps_s8;

void edgeai_vector_taps_rectified_s8(const edgeai_vector_taps_s8 *pixel);
void edgeai_vector_taps_linear_s8(const edgeai_vector_taps_s8 *pixel);

#ifdef __cplusplus
}
#endif

#endif
