/* x above the zero point by one factor, below it by another, int16. */
#ifndef EDGEAI_LEAKY_RELU_S16_H
#define EDGEAI_LEAKY_RELU_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_leaky_relu_s16_params {
    int32_t count;
    int32_t zero_point_x;
    int32_t zero_point;
    int32_t multiplier_above;
    int32_t shift_above;
    int32_t multiplier_below;
    int32_t shift_below;
    int32_t sign_below;
} edgeai_leaky_relu_s16_params;

void edgeai_leaky_relu_s16(const edgeai_leaky_relu_s16_params *p, const int16_t *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
