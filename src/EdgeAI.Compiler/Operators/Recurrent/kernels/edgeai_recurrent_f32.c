#include "edgeai_recurrent_f32.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* One direction's weights. */
typedef struct edgeai_recurrent_part {
    const edgeai_recurrent_f32_params *p;
    const int32_t *activations;
    const float *parameters;
    const float *weights;
    const float *recurrent;
    const float *bias;
    const float *peepholes;
    int32_t gates;
} edgeai_recurrent_part;

static float function(const edgeai_recurrent_part *part, int32_t index, float value)
{
    const float limit = part->p->clip;
    const float limited = limit > 0.0f ? (value < -limit ? -limit : value > limit ? limit : value) : value;
    const float alpha = part->parameters[2 * index];
    const float beta = part->parameters[2 * index + 1];
    const float line = alpha * limited + beta;
    switch (part->activations[index]) {
    case 0:
        return 1.0f / (1.0f + expf(-limited));
    case 1:
        return tanhf(limited);
    case 2:
        return limited > 0.0f ? limited : 0.0f;
    case 3:
        return line;
    case 4:
        return limited < 0.0f ? alpha * limited : limited;
    case 5:
        return limited > alpha ? limited : 0.0f;
    case 6:
        return alpha * tanhf(beta * limited);
    case 7:
        return line < 0.0f ? 0.0f : line > 1.0f ? 1.0f : line;
    case 8:
        return limited < 0.0f ? alpha * expm1f(limited) : limited;
    case 9:
        return limited / (1.0f + fabsf(limited));
    default:
        return (limited > 0.0f ? limited : 0.0f) + logf(1.0f + expf(-fabsf(limited)));
    }
}

static float product(const float *weights, int32_t gate, const float *values, int32_t count)
{
    const float *row = weights + (ptrdiff_t)gate * count;
    float sum = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        sum += row[i] * values[i];
    }
    return sum;
}

static float bias_of(const edgeai_recurrent_part *part, int32_t gate, int32_t half)
{
    return part->bias == NULL ? 0.0f : part->bias[half * part->gates * part->p->hidden + gate];
}

static float peephole(const edgeai_recurrent_part *part, int32_t gate, float cell)
{
    return part->peepholes == NULL ? 0.0f : part->peepholes[gate] * cell;
}

static void gru(const edgeai_recurrent_part *part, const float *x, float *state, float *gates, float *kept)
{
    const int32_t hidden = part->p->hidden;
    for (int32_t g = 0; g < 2 * hidden; g++) {
        gates[g] = function(part, 0, gates[g]);
    }
    for (int32_t i = 0; i < hidden; i++) {
        kept[i] = part->p->linear_before_reset != 0 ? state[i] : gates[hidden + i] * state[i];
    }
    for (int32_t i = 0; i < hidden; i++) {
        const int32_t g = 2 * hidden + i;
        const float past = product(part->recurrent, g, kept, hidden) + bias_of(part, g, 1);
        const float reset = part->p->linear_before_reset != 0 ? gates[hidden + i] * past : past;
        gates[g] = function(part, 1, product(part->weights, g, x, part->p->inputs) + bias_of(part, g, 0) + reset);
    }
    for (int32_t i = 0; i < hidden; i++) {
        state[i] = (1.0f - gates[i]) * gates[2 * hidden + i] + gates[i] * state[i];
    }
}

static void lstm(const edgeai_recurrent_part *part, float *state, float *cell, const float *gates)
{
    const int32_t hidden = part->p->hidden;
    for (int32_t i = 0; i < hidden; i++) {
        const float input = function(part, 0, gates[i] + peephole(part, i, cell[i]));
        const float forget = part->p->coupled_forget != 0 ? 1.0f - input
            : function(part, 0, gates[2 * hidden + i] + peephole(part, 2 * hidden + i, cell[i]));
        const float candidate = function(part, 1, gates[3 * hidden + i]);
        float output;
        cell[i] = forget * cell[i] + input * candidate;
        output = function(part, 0, gates[hidden + i] + peephole(part, hidden + i, cell[i]));
        state[i] = output * function(part, 2, cell[i]);
    }
}

static void step(const edgeai_recurrent_part *part, const float *x, float *state, float *cell, float *gates)
{
    const int32_t hidden = part->p->hidden;
    const int32_t plain = part->p->cell == 1 ? 2 * hidden : part->gates * hidden;
    for (int32_t g = 0; g < plain; g++) {
        gates[g] = product(part->weights, g, x, part->p->inputs) + bias_of(part, g, 0)
            + (product(part->recurrent, g, state, hidden) + bias_of(part, g, 1));
    }
    if (part->p->cell == 1) {
        gru(part, x, state, gates, gates + part->gates * hidden);
    } else if (part->p->cell == 2) {
        lstm(part, state, cell, gates);
    } else {
        for (int32_t i = 0; i < hidden; i++) {
            state[i] = function(part, 0, gates[i]);
        }
    }
}

static void start(const float *first, int32_t place, float *state, size_t bytes)
{
    if (first == NULL) {
        memset(state, 0, bytes);
    } else {
        memcpy(state, first + place, bytes);
    }
}

void edgeai_recurrent_f32(
    const edgeai_recurrent_f32_params *p, const float *x, const float *weights, const float *recurrent, const float *bias,
    const int32_t *lengths, const float *first, const float *first_cell, const float *peepholes, float *result, float *scratch)
{
    const int32_t gates = p->cell == 1 ? 3 : p->cell == 2 ? 4 : 1;
    const ptrdiff_t row = (ptrdiff_t)p->directions * p->batch * p->hidden;
    const size_t bytes = (size_t)p->hidden * sizeof *result;
    for (int32_t direction = 0; direction < p->directions; direction++) {
        const ptrdiff_t units = (ptrdiff_t)direction * gates * p->hidden;
        const edgeai_recurrent_part part = {
            p, p->activations + 3 * direction, p->parameters + 6 * direction, weights + units * p->inputs, recurrent + units * p->hidden,
            bias == NULL ? NULL : bias + 2 * units, peepholes == NULL ? NULL : peepholes + (ptrdiff_t)direction * 3 * p->hidden, gates};
        const int reverse = p->reverse != 0 || direction == 1;
        for (int32_t n = 0; n < p->batch; n++) {
            const int32_t place = (direction * p->batch + n) * p->hidden;
            float *state = result + p->steps * row + place;
            float *cell = state + row;
            const int32_t given = lengths == NULL ? p->steps : lengths[n];
            const int32_t length = given < 0 ? 0 : given > p->steps ? p->steps : given;
            start(first, place, state, bytes);
            start(first_cell, place, cell, bytes);
            for (int32_t t = 0; t < p->steps; t++) {
                const int32_t at = t < length && reverse ? length - 1 - t : t;
                if (t >= length) {
                    memset(result + at * row + place, 0, bytes);
                    continue;
                }
                step(&part, x + ((ptrdiff_t)at * p->batch + n) * p->inputs, state, cell, scratch);
                memcpy(result + at * row + place, state, bytes);
            }
        }
    }
}
