#include "edgeai_quantize_s16.h"

#include <math.h>

void edgeai_quantize_s16(const edgeai_quantize_s16_params *p, const float *x, int16_t *result)
{
    /* Limits of the rounded quotient: whole numbers that float holds exactly. */
    const float minimum = -32768.0f - (float)p->zero_point;
    const float maximum = 32767.0f - (float)p->zero_point;
    for (int32_t i = 0; i < p->count; i++) {
        const float rounded = roundf(x[i] / p->scale);
        const float limited = rounded < minimum ? minimum : rounded > maximum ? maximum : rounded;
        const int32_t steps = limited == limited ? (int32_t)limited : 0;
        result[i] = (int16_t)(steps + p->zero_point);
    }
}
