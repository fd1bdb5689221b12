/* result = the index of the largest or smallest element along an axis, the first or last of equal ones. */
#ifndef EDGEAI_ARG_EXTREME_H
#define EDGEAI_ARG_EXTREME_H

#include <stdint.h>

#include "edgeai_order.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_arg_extreme_params {
    int32_t outer;
    int32_t extent;
    int32_t inner;
    int32_t type;
    int32_t largest;
    int32_t select_last;
} edgeai_arg_extreme_params;

void edgeai_arg_extreme(const edgeai_arg_extreme_params *p, const void *x, int64_t *result);

#ifdef __cplusplus
}
#endif

#endif
