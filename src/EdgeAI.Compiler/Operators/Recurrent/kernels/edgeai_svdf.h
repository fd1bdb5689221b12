/* The two halves of SVDF: features enter a memory of activations, whose weighted sums over time are the result. */
#ifndef EDGEAI_SVDF_H
#define EDGEAI_SVDF_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_svdf_memory_f32_params {
    int32_t batches;
    int32_t filters;
    int32_t inputs;
    int32_t memory;
} edgeai_svdf_memory_f32_params;

typedef struct edgeai_svdf_memory_s8_params {
    int32_t batches;
    int32_t filters;
    int32_t inputs;
    int32_t memory;
    int32_t state_16_bit; /* the state is int16_t, else int8_t */
    int32_t input_zero_point;
    int32_t state_zero_point;
    int32_t multiplier;
    int32_t shift;
} edgeai_svdf_memory_s8_params;

typedef struct edgeai_svdf_result_f32_params {
    int32_t batches;
    int32_t units;
    int32_t filters; /* of one unit */
    int32_t memory;
    float minimum;
    float maximum;
} edgeai_svdf_result_f32_params;

typedef struct edgeai_svdf_result_s8_params {
    int32_t batches;
    int32_t units;
    int32_t filters; /* of one unit */
    int32_t memory;
    int32_t state_16_bit; /* state and weights are int16_t, else int8_t */
    int32_t state_zero_point;
    int32_t output_zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t minimum;
    int32_t maximum;
} edgeai_svdf_result_s8_params;

/* state and result may be one place. */
void edgeai_svdf_memory_f32(
    const edgeai_svdf_memory_f32_params *p, const float *state, const float *x, const float *weights, float *result);
void edgeai_svdf_memory_s8(
    const edgeai_svdf_memory_s8_params *p, const void *state, const int8_t *x, const int8_t *weights, void *result);

/* bias may be NULL. */
void edgeai_svdf_result_f32(
    const edgeai_svdf_result_f32_params *p, const float *state, const float *weights, const float *bias, float *result);
void edgeai_svdf_result_s8(
    const edgeai_svdf_result_s8_params *p, const void *state, const void *weights, const int32_t *bias, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
