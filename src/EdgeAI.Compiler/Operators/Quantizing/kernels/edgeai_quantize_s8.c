#include "edgeai_quantize_s8.h"

#include <math.h>

void edgeai_quantize_s8(const edgeai_quantize_s8_params *p, const float *x, int8_t *result)
{
    /* Limits of the rounded quotient: whole numbers that float holds exactly. */
    const float minimum = -128.0f - (float)p->zero_point;
    const float maximum = 127.0f - (float)p->zero_point;
    for (int32_t i = 0; i < p->count; i++) {
        const float rounded = roundf(x[i] / p->scale);
        const float limited = rounded < minimum ? minimum : rounded > maximum ? maximum : rounded;
        const int32_t steps = limited == limited ? (int32_t)limited : 0;
        result[i] = (int8_t)(steps + p->zero_point);
    }
}
