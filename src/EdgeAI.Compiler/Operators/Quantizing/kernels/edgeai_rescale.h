/* result = integers of one scale as integers of another, saturated, as integer QUANTIZE of TensorFlow Lite. */
#ifndef EDGEAI_RESCALE_H
#define EDGEAI_RESCALE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_RESCALE_S8 0
#define EDGEAI_RESCALE_U8 1
#define EDGEAI_RESCALE_S16 2
#define EDGEAI_RESCALE_S32 3

typedef struct edgeai_rescale_params {
    int32_t count;
    int32_t type_x;
    int32_t type;
    int32_t zero_point_x;
    int32_t zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t minimum;
    int32_t maximum;
} edgeai_rescale_params;

void edgeai_rescale(const edgeai_rescale_params *p, const void *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
