/* result = x over the root of the sum of the squares of its row, in steps of 1/128. */
#ifndef EDGEAI_L2_NORMALIZATION_S8_H
#define EDGEAI_L2_NORMALIZATION_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_l2_normalization_s8_params {
    int32_t rows;
    int32_t depth;
    int32_t zero_point;
} edgeai_l2_normalization_s8_params;

void edgeai_l2_normalization_s8(const edgeai_l2_normalization_s8_params *p, const int8_t *x, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
