/* result = the sum of operands of one scale, int8, as ADD_N of TensorFlow Lite Micro. */
#ifndef EDGEAI_ADD_MANY_S8_H
#define EDGEAI_ADD_MANY_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_add_many_s8_params {
    int32_t operands; /* 1 to 15 */
    int32_t count;
    int32_t start; /* zero points, subtracted */
    int32_t multiplier;
    int32_t shift; /* not above 0 */
    int32_t zero_point;
} edgeai_add_many_s8_params;

void edgeai_add_many_s8(const edgeai_add_many_s8_params *p, const int8_t *const x[], int8_t *result);

#ifdef __cplusplus
}
#endif

#endif
