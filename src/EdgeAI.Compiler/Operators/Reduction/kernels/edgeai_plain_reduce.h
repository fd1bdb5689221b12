/* result = the sum, divided by divisor toward zero, or the product, largest or smallest along the reduced axes, of integers that stand for themselves.
 * Sums and products wrap at 64 bits, and then to the type. */
#ifndef EDGEAI_PLAIN_REDUCE_H
#define EDGEAI_PLAIN_REDUCE_H

#include <stdint.h>

#include "edgeai_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_plain_reduce_params {
    edgeai_reduce shape;
    int32_t divisor;
} edgeai_plain_reduce_params;

#define EDGEAI_PLAIN_REDUCE_DECLARE(name, type) \
    typedef edgeai_plain_reduce_params edgeai_plain_reduce_##name##_params; \
    void edgeai_plain_reduce_##name(const edgeai_plain_reduce_params *p, const type *x, type *result);

#define EDGEAI_PLAIN_REDUCE_DECLARE_ALL(suffix, type) \
    EDGEAI_PLAIN_REDUCE_DECLARE(sum_##suffix, type) \
    EDGEAI_PLAIN_REDUCE_DECLARE(product_##suffix, type) \
    EDGEAI_PLAIN_REDUCE_DECLARE(max_##suffix, type) \
    EDGEAI_PLAIN_REDUCE_DECLARE(min_##suffix, type)

EDGEAI_PLAIN_REDUCE_DECLARE_ALL(s8, int8_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(u8, uint8_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(s16, int16_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(u16, uint16_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(s32, int32_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(u32, uint32_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(s64, int64_t)
EDGEAI_PLAIN_REDUCE_DECLARE_ALL(u64, uint64_t)

#ifdef __cplusplus
}
#endif

#endif
