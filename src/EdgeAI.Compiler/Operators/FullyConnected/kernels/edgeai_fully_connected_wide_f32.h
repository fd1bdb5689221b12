/* Products of float weights, laid out for sixteen outputs at a time (edgeai_wide_f32.h), with each row of x [rows, depth]; bias may be NULL. */
#ifndef EDGEAI_FULLY_CONNECTED_WIDE_F32_H
#define EDGEAI_FULLY_CONNECTED_WIDE_F32_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_fully_connected_wide_f32_params {
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    float minimum;
    float maximum;
} edgeai_fully_connected_wide_f32_params;

void edgeai_fully_connected_wide_f32(
    const edgeai_fully_connected_wide_f32_params *p, const float *x, const float *weights, const float *bias, float *y);

#ifdef __cplusplus
}
#endif

#endif
