#include "edgeai_round_to_power_of_two.h"

#include <math.h>

void edgeai_round_to_power_of_two(const edgeai_round_to_power_of_two_params *p, const float *x, float *result)
{
    const float smallest = ldexpf(1.0f, -127);
    const float largest = ldexpf(1.0f, 127);
    for (int32_t i = 0; i < p->count; i++) {
        const float magnitude = fabsf(x[i]);
        if (magnitude >= smallest && magnitude <= largest) {
            int exponent = 0;
            const float fraction = frexpf(magnitude, &exponent);
            const int is_raised = p->rounding == 0 ? fraction >= 0.75f : p->rounding == 1 && fraction > 0.5f;
            result[i] = ldexpf(1.0f, exponent - (is_raised ? 0 : 1));
        } else if (isnan(magnitude) || p->saturates == 0) {
            result[i] = NAN;
        } else {
            result[i] = magnitude < smallest ? smallest : largest;
        }
    }
}
