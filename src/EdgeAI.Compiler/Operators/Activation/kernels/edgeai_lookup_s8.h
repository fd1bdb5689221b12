/* result = table[x], the operand's byte as an unsigned index. */
#ifndef EDGEAI_LOOKUP_S8_H
#define EDGEAI_LOOKUP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_lookup_s8_params {
    int32_t count;
} edgeai_lookup_s8_params;

void edgeai_lookup_s8(const edgeai_lookup_s8_params *p, const int8_t *x, const int8_t *table, int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
