#include "edgeai_softmax_f32.h"

#include <math.h>

void edgeai_softmax_f32(const edgeai_softmax_f32_params *p, const float *x, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        float maximum = -INFINITY;
        float sum = 0.0f;
        for (int32_t i = 0; i < p->depth; i++) {
            maximum = x[i] > maximum ? x[i] : maximum;
        }
        for (int32_t i = 0; i < p->depth; i++) {
            y[i] = expf((x[i] - maximum) * p->beta);
            sum += y[i];
        }
        for (int32_t i = 0; i < p->depth; i++) {
            y[i] /= sum;
        }
        x += p->depth;
        y += p->depth;
    }
}
