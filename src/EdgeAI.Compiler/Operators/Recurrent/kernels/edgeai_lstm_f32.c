#include "edgeai_lstm_f32.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static float sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

static float dot(const float *weights, const float *values, int32_t count)
{
    float sum = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        sum += weights[i] * values[i];
    }
    return sum;
}

static void step(const edgeai_lstm_f32_params *p, const float *gates, float *cell, float *made)
{
    const int32_t hidden = p->hidden;
    for (int32_t i = 0; i < hidden; i++) {
        float next = sigmoid(gates[hidden + i]) * cell[i] + sigmoid(gates[i]) * tanhf(gates[2 * hidden + i]);
        if (p->cell_clip > 0.0f) {
            next = next < -p->cell_clip ? -p->cell_clip : next > p->cell_clip ? p->cell_clip : next;
        }
        cell[i] = next;
        made[i] = sigmoid(gates[3 * hidden + i]) * tanhf(next);
    }
}

void edgeai_lstm_f32(
    const edgeai_lstm_f32_params *p, const float *x, const float *weights, const float *bias, const float *recurrent, float *result,
    float *scratch)
{
    const int32_t hidden = p->hidden;
    float *cell = scratch + 4 * (ptrdiff_t)hidden;
    for (int32_t n = 0; n < p->batch; n++) {
        const float *state = NULL;
        memset(cell, 0, (size_t)hidden * sizeof *cell);
        for (int32_t t = 0; t < p->steps; t++) {
            const int32_t at = p->reverse != 0 ? p->steps - 1 - t : t;
            const ptrdiff_t row = (ptrdiff_t)n * p->batch_stride + (ptrdiff_t)at * p->step_stride;
            float *made = result + row * hidden;
            for (int32_t g = 0; g < 4 * hidden; g++) {
                scratch[g] = bias[g] + dot(weights + (ptrdiff_t)g * p->inputs, x + row * p->inputs, p->inputs)
                    + (state == NULL ? 0.0f : dot(recurrent + (ptrdiff_t)g * hidden, state, hidden));
            }
            step(p, scratch, cell, made);
            state = made;
        }
    }
}
