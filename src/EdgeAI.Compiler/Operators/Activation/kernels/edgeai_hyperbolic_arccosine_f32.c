#include "edgeai_hyperbolic_arccosine_f32.h"

#include <math.h>

void edgeai_hyperbolic_arccosine_f32(const edgeai_hyperbolic_arccosine_f32_params *p, const float *x, float *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float value = x[i];
        result[i] = acoshf(value);
    }
}
