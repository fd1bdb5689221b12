#include "edgeai_lstm_s16.h"

#include <stddef.h>
#include <string.h>

#include "edgeai_requantize.h"
#include "edgeai_sigmoid_table.h"

static int32_t saturate(int32_t value)
{
    return edgeai_clamp(value, -32768, 32767);
}

static int64_t dot(const int8_t *weights, const int16_t *values, int32_t count, int64_t sum)
{
    for (int32_t i = 0; i < count; i++) {
        sum += weights[i] * values[i];
    }
    return sum;
}

/* state: the row before, or NULL at the first step. */
static void gates_of(
    const edgeai_lstm_s16_params *p, const int16_t *x, const int8_t *weights, const int8_t *recurrent, const int16_t *state, int16_t *gates)
{
    const int32_t hidden = p->hidden;
    for (int32_t g = 0; g < 4 * hidden; g++) {
        const int64_t sum = dot(weights + (ptrdiff_t)g * p->inputs, x, p->inputs, p->bias[g]);
        int32_t value = saturate(edgeai_requantize_wide(sum, p->multipliers[g], p->shifts[g]));
        if (state != NULL) {
            const int64_t past = dot(recurrent + (ptrdiff_t)g * hidden, state, hidden, 0);
            value = saturate(value + saturate(edgeai_requantize_wide(past, p->state_multipliers[g], p->state_shifts[g])));
        }
        gates[g] = (int16_t)(g >= 2 * hidden && g < 3 * hidden ? edgeai_table_tanh(p->sigmoid, value, 3, 0) : edgeai_table_sigmoid(p->sigmoid, value));
    }
}

static int32_t product(const edgeai_lstm_s16_params *p, int32_t index, int32_t a, int32_t b)
{
    return edgeai_requantize(a * b, p->product_multipliers[index], p->product_shifts[index]);
}

static void step(const edgeai_lstm_s16_params *p, const int16_t *gates, int16_t *cell, int16_t *made)
{
    const int32_t hidden = p->hidden;
    for (int32_t i = 0; i < hidden; i++) {
        const int32_t kept = saturate(product(p, 0, gates[hidden + i], cell[i]));
        const int32_t added = saturate(product(p, 1, gates[i], gates[2 * hidden + i]));
        int32_t next = saturate(kept + added);
        if (p->cell_clip > 0) {
            next = edgeai_clamp(next, -p->cell_clip, p->cell_clip);
        }
        cell[i] = (int16_t)next;
        next = product(p, 2, gates[3 * hidden + i], edgeai_table_tanh(p->sigmoid, next, p->tanh_multiplier, p->tanh_shift));
        made[i] = (int16_t)saturate(next);
    }
}

void edgeai_lstm_s16(
    const edgeai_lstm_s16_params *p, const int16_t *x, const int8_t *weights, const int8_t *recurrent, int16_t *result, int16_t *scratch)
{
    int16_t *cell = scratch + 4 * (ptrdiff_t)p->hidden;
    for (int32_t n = 0; n < p->batch; n++) {
        const int16_t *state = NULL;
        memset(cell, 0, (size_t)p->hidden * sizeof *cell);
        for (int32_t t = 0; t < p->steps; t++) {
            const int32_t at = p->reverse != 0 ? p->steps - 1 - t : t;
            const ptrdiff_t row = (ptrdiff_t)n * p->batch_stride + (ptrdiff_t)at * p->step_stride;
            int16_t *made = result + row * p->hidden;
            gates_of(p, x + row * p->inputs, weights, recurrent, state, scratch);
            step(p, scratch, cell, made);
            state = made;
        }
    }
}
