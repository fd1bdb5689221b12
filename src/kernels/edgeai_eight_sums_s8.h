/* Sums of eight channels that read each int8 value of x together, for processors without the DSP extension. weights holds for each depth index the
 * eight weights, made so much larger that they load without a sign. */
#ifndef EDGEAI_EIGHT_SUMS_S8_H
#define EDGEAI_EIGHT_SUMS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* sums[i] += the products of depth values of x with channel i. */
void edgeai_eight_sums_s8(const int8_t *x, const uint8_t *weights, int32_t depth, uint32_t *sums);

#ifdef __cplusplus
}
#endif

#endif
