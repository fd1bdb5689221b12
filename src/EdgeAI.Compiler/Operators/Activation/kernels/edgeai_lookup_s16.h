/* result = a function of x, drawn in straight lines between 513 values: x rescaled and limited to 16 bits has its values at multiples of 128. */
#ifndef EDGEAI_LOOKUP_S16_H
#define EDGEAI_LOOKUP_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_lookup_s16_params {
    int32_t count;
    int32_t multiplier; /* takes x to the steps of the table */
    int32_t shift;
} edgeai_lookup_s16_params;

void edgeai_lookup_s16(const edgeai_lookup_s16_params *p, const int16_t *x, const int16_t *table, int16_t *result);

#ifdef __cplusplus
}
#endif

#endif
