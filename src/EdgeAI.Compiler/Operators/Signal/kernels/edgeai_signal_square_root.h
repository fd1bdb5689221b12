/* result = square root of the sums, rounded to the nearest (at most 65535 of a sum below 2^32) and then shifted right by the bits. */
#ifndef EDGEAI_SIGNAL_SQUARE_ROOT_H
#define EDGEAI_SIGNAL_SQUARE_ROOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_square_root_params {
    int32_t count;
} edgeai_signal_square_root_params;

void edgeai_signal_square_root(const edgeai_signal_square_root_params *p, const uint64_t *sums, const int32_t *bits, uint32_t *result);

#ifdef __cplusplus
}
#endif

#endif
