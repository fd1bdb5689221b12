/*
 * result = |x| as a power of two from 2^-127 to 2^127; what is smaller or larger becomes the smallest or the largest, or NaN where nothing saturates.
 */
#ifndef EDGEAI_ROUND_TO_POWER_OF_TWO_H
#define EDGEAI_ROUND_TO_POWER_OF_TWO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_round_to_power_of_two_params {
    int32_t count;
    int32_t rounding; /* 0 to the nearer, of two as near the larger; 1 up, 2 down */
    int32_t saturates;
} edgeai_round_to_power_of_two_params;

void edgeai_round_to_power_of_two(const edgeai_round_to_power_of_two_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
