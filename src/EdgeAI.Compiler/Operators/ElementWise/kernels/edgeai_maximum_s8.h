/* result = the larger of a and b, limited; all on one scale. */
#ifndef EDGEAI_MAXIMUM_S8_H
#define EDGEAI_MAXIMUM_S8_H

#include <stdint.h>

#include "edgeai_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_maximum_s8_params {
    edgeai_broadcast shape;
    int32_t minimum;
    int32_t maximum;
} edgeai_maximum_s8_params;

void edgeai_maximum_s8(const edgeai_maximum_s8_params *p, const int8_t *a, const int8_t *b, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
