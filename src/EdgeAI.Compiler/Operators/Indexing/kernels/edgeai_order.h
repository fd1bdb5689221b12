/* The order of two elements of one tensor. */
#ifndef EDGEAI_ORDER_H
#define EDGEAI_ORDER_H

#include "edgeai_element.h"

/* Positive where the first is larger, negative where the second is; NaN is as large as anything. */
static inline int edgeai_order(const void *x, int32_t type, int32_t first, int32_t second)
{
    if (type == EDGEAI_ELEMENT_F32) {
        const float a = ((const float *)x)[first];
        const float b = ((const float *)x)[second];
        return a > b ? 1 : a < b ? -1 : 0;
    }
    {
        const int64_t a = edgeai_element_integer(x, type, first);
        const int64_t b = edgeai_element_integer(x, type, second);
        if (type == EDGEAI_ELEMENT_U64) {
            return (uint64_t)a > (uint64_t)b ? 1 : (uint64_t)a < (uint64_t)b ? -1 : 0;
        }
        return a > b ? 1 : a < b ? -1 : 0;
    }
}

#endif
