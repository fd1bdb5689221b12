/* result = x rounded to the nearest number of a float format of few bits, half to even. */
#ifndef EDGEAI_ROUND_FLOAT_H
#define EDGEAI_ROUND_FLOAT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_round_float_params {
    int32_t count;
    int32_t mantissa_bits;
    int32_t lowest_exponent;
    float largest;
    int32_t overflow; /* 0 to the largest, 1 to infinity, 2 to NaN */
    int32_t has_negative_zero;
    int32_t has_nan;
} edgeai_round_float_params;

void edgeai_round_float(const edgeai_round_float_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
