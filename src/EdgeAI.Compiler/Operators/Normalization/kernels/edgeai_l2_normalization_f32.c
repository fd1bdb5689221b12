#include "edgeai_l2_normalization_f32.h"

#include <math.h>

void edgeai_l2_normalization_f32(const edgeai_l2_normalization_f32_params *p, const float *x, float *result)
{
    for (int32_t row = 0; row < p->rows; row++) {
        float squares = 0.0f;
        for (int32_t i = 0; i < p->depth; i++) {
            squares += x[i] * x[i];
        }
        const float root = sqrtf(squares);
        const float norm = root > p->least_norm ? root : p->least_norm;
        for (int32_t i = 0; i < p->depth; i++) {
            result[i] = x[i] / norm;
        }
        x += p->depth;
        result += p->depth;
    }
}
