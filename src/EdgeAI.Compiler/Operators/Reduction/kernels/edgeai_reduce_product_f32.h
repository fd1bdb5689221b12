/* result = the product along the reduced axes. */
#ifndef EDGEAI_REDUCE_PRODUCT_F32_H
#define EDGEAI_REDUCE_PRODUCT_F32_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_reduce_product_f32_params {
    edgeai_reduce shape;
} edgeai_reduce_product_f32_params;

void edgeai_reduce_product_f32(const edgeai_reduce_product_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
