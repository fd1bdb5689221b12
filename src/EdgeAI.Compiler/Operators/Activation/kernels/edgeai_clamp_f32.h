/* result = x limited; NaN stays. */
#ifndef EDGEAI_CLAMP_F32_H
#define EDGEAI_CLAMP_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_clamp_f32_params {
    int32_t count;
    float minimum;
    float maximum;
} edgeai_clamp_f32_params;

void edgeai_clamp_f32(const edgeai_clamp_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
