/* result = x over the root of the sum of the squares of its row, at least least_norm. */
#ifndef EDGEAI_L2_NORMALIZATION_F32_H
#define EDGEAI_L2_NORMALIZATION_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_l2_normalization_f32_params {
    int32_t rows;
    int32_t depth;
    float least_norm;
} edgeai_l2_normalization_f32_params;

void edgeai_l2_normalization_f32(const edgeai_l2_normalization_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
