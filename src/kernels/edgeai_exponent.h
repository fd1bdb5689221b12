/* Powers of e and reciprocals in fixed point, as TensorFlow Lite's integer softmax has them (gemmlowp's fixed point). */
#ifndef EDGEAI_EXPONENT_H
#define EDGEAI_EXPONENT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* e^x of a Q5.26 number that is not positive, in Q0.31; 1 is INT32_MAX. */
int32_t edgeai_exp_of_negative(int32_t x);

/* 1 / (1 + x) of a Q0.31 number in [0, 1), in Q0.31. */
int32_t edgeai_reciprocal_of_one_plus(int32_t x);

static inline int32_t edgeai_leading_zeros(uint32_t x)
{
    int32_t count = 0;
    while (x < 0x80000000u) {
        x <<= 1;
        count++;
    }
    return count;
}

#ifdef __cplusplus
}
#endif

#endif
