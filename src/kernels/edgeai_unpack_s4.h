/* Weights of 4 bits put into the words that kernels over int8 weights read, for layers of few weights. */
#ifndef EDGEAI_UNPACK_S4_H
#define EDGEAI_UNPACK_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Words of four int8 weights; two of them share a word, the first in the lower halves of its bytes. words is rounded up to 4. */
void edgeai_unpack_bytes_s4(uint32_t *to, const uint32_t *nibbles, int32_t words);

/* Words of two 16-bit lanes; four of them share a word, the first in the lowest four bits of its halves. words is rounded up to 4. */
void edgeai_unpack_lanes_s4(uint32_t *to, const uint32_t *nibbles, int32_t words);

/* Bytes of so many words, rounded up to 16. */
static inline int32_t edgeai_unpacked_bytes(int32_t words)
{
    return (words + 3) / 4 * 16;
}

#ifdef __cplusplus
}
#endif

#endif
