/* y = x * sigmoid(alpha * x), element by element; x and y may be the same memory. */
#ifndef SCALED_SWISH_H
#define SCALED_SWISH_H

#include <stdint.h>

typedef struct scaled_swish_f32_params {
    int32_t count;
    float alpha;
} scaled_swish_f32_params;

typedef struct scaled_swish_s8_params {
    int32_t count;
    float alpha;
    float input_scale;
    int32_t input_zero_point;
    float output_scale;
    int32_t output_zero_point;
} scaled_swish_s8_params;

void scaled_swish_f32(const scaled_swish_f32_params *p, const float *x, float *y);
void scaled_swish_s8(const scaled_swish_s8_params *p, const int8_t *x, int8_t *y);

#endif
