/* result = operands behind one another along an axis. */
#ifndef EDGEAI_CONCATENATE_H
#define EDGEAI_CONCATENATE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Each operand has the given rows; run_bytes holds the bytes of one row of each. With one row, an operand may stand in its place in the result, where it
   stays. */
typedef struct edgeai_concatenate_params {
    int32_t operands;
    int32_t rows;
    const int32_t *run_bytes;
} edgeai_concatenate_params;

void edgeai_concatenate(const edgeai_concatenate_params *p, const void *const *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
