/*
 * A state [key_size,value_size] for each batch and key head: at each step its rows fade by exp(decay), k times v is added, where rates are given with
 * v = rate * (v - what the state gives for k), and each query head of the group reads scale * q * state. The result holds all that is read,
 * [batch,steps,query_heads,value_size], and then the last states. decay_size is 0 without decays, 1 with one for all rows, else key_size;
 * rates_per_step is 0 without rates, 1 with one for all heads, else key_heads. past is NULL where states start as zeros.
 */
#ifndef EDGEAI_LINEAR_ATTENTION_F32_H
#define EDGEAI_LINEAR_ATTENTION_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_linear_attention_f32_params {
    int32_t batch;
    int32_t steps;
    int32_t query_heads;
    int32_t key_heads;
    int32_t key_size;
    int32_t value_size;
    int32_t decay_size;
    int32_t rates_per_step;
    float scale;
} edgeai_linear_attention_f32_params;

void edgeai_linear_attention_f32(const edgeai_linear_attention_f32_params *p, const float *queries, const float *keys, const float *values,
                                 const float *past, const float *decays, const float *rates, float *result);

#ifdef __cplusplus
}
#endif

#endif
