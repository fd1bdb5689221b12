#include "edgeai_linear_attention_f32.h"

#include <math.h>
#include <string.h>

static void fade(const edgeai_linear_attention_f32_params *p, const float *decays, float *state)
{
    for (int32_t i = 0; i < p->key_size; i++) {
        const float factor = expf(decays[p->decay_size == 1 ? 0 : i]);
        for (int32_t j = 0; j < p->value_size; j++) {
            state[i * p->value_size + j] *= factor;
        }
    }
}

static void correct(const edgeai_linear_attention_f32_params *p, const float *state, const float *key, float rate, float *written)
{
    for (int32_t i = 0; i < p->key_size; i++) {
        for (int32_t j = 0; j < p->value_size; j++) {
            written[j] -= state[i * p->value_size + j] * key[i];
        }
    }
    for (int32_t j = 0; j < p->value_size; j++) {
        written[j] *= rate;
    }
}

static void read_state(const edgeai_linear_attention_f32_params *p, const float *state, const float *query, float *result)
{
    for (int32_t j = 0; j < p->value_size; j++) {
        result[j] = 0.0f;
    }
    for (int32_t i = 0; i < p->key_size; i++) {
        for (int32_t j = 0; j < p->value_size; j++) {
            result[j] += query[i] * state[i * p->value_size + j];
        }
    }
    for (int32_t j = 0; j < p->value_size; j++) {
        result[j] *= p->scale;
    }
}

void edgeai_linear_attention_f32(const edgeai_linear_attention_f32_params *p, const float *queries, const float *keys, const float *values,
                                 const float *past, const float *decays, const float *rates, float *result)
{
    const int32_t state_size = p->key_size * p->value_size;
    const int32_t group = p->query_heads / p->key_heads;
    float *states = result + p->batch * p->steps * p->query_heads * p->value_size;
    const int32_t state_count = p->batch * p->key_heads * state_size;
    for (int32_t i = 0; i < state_count; i++) {
        states[i] = past != NULL ? past[i] : 0.0f;
    }
    for (int32_t step = 0; step < p->batch * p->steps; step++) {
        for (int32_t head = 0; head < p->key_heads; head++) {
            const int32_t place = step * p->key_heads + head;
            const int32_t first = step * p->query_heads + head * group;
            const float *key = keys + place * p->key_size;
            float *state = states + (step / p->steps * p->key_heads + head) * state_size;
            /* What is written stands where the first of the results will. */
            float *written = result + first * p->value_size;
            if (p->decay_size != 0) {
                fade(p, decays + place * p->decay_size, state);
            }
            memcpy(written, values + place * p->value_size, (size_t)p->value_size * sizeof(float));
            if (p->rates_per_step != 0) {
                correct(p, state, key, rates[p->rates_per_step == 1 ? step : place], written);
            }
            for (int32_t i = 0; i < p->key_size; i++) {
                for (int32_t j = 0; j < p->value_size; j++) {
                    state[i * p->value_size + j] += key[i] * written[j];
                }
            }
            for (int32_t query = first; query < first + group; query++) {
                read_state(p, state, queries + query * p->key_size, result + query * p->value_size);
            }
        }
    }
}
