#include "edgeai_quantize_u8.h"

#include <math.h>

void edgeai_quantize_u8(const edgeai_quantize_u8_params *p, const float *x, uint8_t *result)
{
    /* Limits of the rounded quotient: whole numbers that float holds exactly. */
    const float minimum = 0.0f - (float)p->zero_point;
    const float maximum = 255.0f - (float)p->zero_point;
    for (int32_t i = 0; i < p->count; i++) {
        const float rounded = roundf(x[i] / p->scale);
        const float limited = rounded < minimum ? minimum : rounded > maximum ? maximum : rounded;
        const int32_t steps = limited == limited ? (int32_t)limited : 0;
        result[i] = (uint8_t)(steps + p->zero_point);
    }
}
