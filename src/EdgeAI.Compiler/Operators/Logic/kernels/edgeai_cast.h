/* result = x in another type: floats cut off toward zero and limited to 64 bits, integers wrapped, booleans 0 or 1. */
#ifndef EDGEAI_CAST_H
#define EDGEAI_CAST_H

#include <stdint.h>

#include "edgeai_element.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_cast_params {
    int32_t count;
    int32_t from;
    int32_t to;
} edgeai_cast_params;

void edgeai_cast(const edgeai_cast_params *p, const void *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
