/* result = the larger of a and b, limited; all on one scale. */
#ifndef EDGEAI_MAXIMUM_S16_H
#define EDGEAI_MAXIMUM_S16_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_maximum_s16_params {
    edgeai_broadcast shape;
    int32_t minimum;
    int32_t maximum;
} edgeai_maximum_s16_params;

void edgeai_maximum_s16(const edgeai_maximum_s16_params *p, const int16_t *a, const int16_t *b, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
