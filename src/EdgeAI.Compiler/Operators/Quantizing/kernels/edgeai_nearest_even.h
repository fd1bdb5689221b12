/* The whole number nearest to a quotient, of two equally near ones the even. */
#ifndef EDGEAI_NEAREST_EVEN_H
#define EDGEAI_NEAREST_EVEN_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline float edgeai_nearest_even(float x, float scale)
{
    const float quotient = x / scale;
    const float rounded = roundf(quotient);
    const float over = rounded - quotient;
    if (over == 0.5f || over == -0.5f) {
        /* In float the middle of two whole numbers. This product is exact: it tells on which side of it the quotient is. */
        const double middle = (double)quotient * (double)scale;
        const float lower = floorf(quotient);
        return (double)x > middle ? lower + 1.0f : (double)x < middle || ((int32_t)lower & 1) == 0 ? lower : lower + 1.0f;
    }
    return rounded;
}

/* x / scale so rounded, plus zero point, saturated to limits that float holds exactly; NaN gives the zero point. */
static inline int32_t edgeai_quantized_even(float x, float scale, int32_t zero_point, float lowest, float highest)
{
    const float minimum = lowest - (float)zero_point;
    const float maximum = highest - (float)zero_point;
    const float rounded = edgeai_nearest_even(x, scale);
    const float limited = rounded < minimum ? minimum : rounded > maximum ? maximum : rounded;
    return (limited == limited ? (int32_t)limited : 0) + zero_point;
}

#ifdef __cplusplus
}
#endif

#endif
