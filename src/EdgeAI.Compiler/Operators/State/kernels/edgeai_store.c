#include "edgeai_store.h"

#include <string.h>

void edgeai_store(const edgeai_store_params *p, const void *value, void *state)
{
    memmove(state, value, p->bytes);
}
