/* Bytes of a value into the memory that lasts between runs; both may be the same place. */
#ifndef EDGEAI_STORE_H
#define EDGEAI_STORE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_store_params {
    uint32_t bytes;
} edgeai_store_params;

void edgeai_store(const edgeai_store_params *p, const void *value, void *state);

#ifdef __cplusplus
}
#endif

#endif
