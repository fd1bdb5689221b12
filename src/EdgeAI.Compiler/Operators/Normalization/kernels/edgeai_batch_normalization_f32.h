/* result = (x - mean) * (scale / sqrt(variance + epsilon)) + offset; every inner elements the next of the channels begins. */
#ifndef EDGEAI_BATCH_NORMALIZATION_F32_H
#define EDGEAI_BATCH_NORMALIZATION_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_batch_normalization_f32_params {
    int32_t count;
    int32_t channels;
    int32_t inner;
    float epsilon;
} edgeai_batch_normalization_f32_params;

void edgeai_batch_normalization_f32(
    const edgeai_batch_normalization_f32_params *p, const float *x, const float *scale, const float *offset, const float *mean,
    const float *variance, float *result);

#ifdef __cplusplus
}
#endif

#endif
