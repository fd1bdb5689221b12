/* result = x on another scale, limited, as RELU of TensorFlow Lite. */
#ifndef EDGEAI_CLAMP_RESCALED_S8_H
#define EDGEAI_CLAMP_RESCALED_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_clamp_rescaled_s8_params {
    int32_t count;
    int32_t zero_point_x;
    int32_t zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t minimum;
    int32_t maximum;
} edgeai_clamp_rescaled_s8_params;

void edgeai_clamp_rescaled_s8(const edgeai_clamp_rescaled_s8_params *p, const int8_t *x, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
