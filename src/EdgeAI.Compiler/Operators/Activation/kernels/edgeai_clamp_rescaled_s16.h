/* result = x on another scale, limited, as RELU of TensorFlow Lite. */
#ifndef EDGEAI_CLAMP_RESCALED_S16_H
#define EDGEAI_CLAMP_RESCALED_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_clamp_rescaled_s16_params {
    int32_t count;
    int32_t zero_point_x;
    int32_t zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t minimum;
    int32_t maximum;
} edgeai_clamp_rescaled_s16_params;

void edgeai_clamp_rescaled_s16(const edgeai_clamp_rescaled_s16_params *p, const int16_t *x, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
