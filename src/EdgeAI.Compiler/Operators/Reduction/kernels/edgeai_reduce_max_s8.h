/* result = the largest element along the reduced axes; both on one scale. */
#ifndef EDGEAI_REDUCE_MAX_S8_H
#define EDGEAI_REDUCE_MAX_S8_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_max_s8_params {
    edgeai_reduce shape;
} edgeai_reduce_max_s8_params;

void edgeai_reduce_max_s8(const edgeai_reduce_max_s8_params *p, const int8_t *x, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
