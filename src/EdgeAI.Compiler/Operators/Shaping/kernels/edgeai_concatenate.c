#include "edgeai_concatenate.h"

#include <stddef.h>
#include <string.h>

void edgeai_concatenate(const edgeai_concatenate_params *p, const void *const *x, void *result)
{
    uint8_t *to = (uint8_t *)result;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t i = 0; i < p->operands; i++) {
            const int32_t run = p->run_bytes[i];
            const uint8_t *from = (const uint8_t *)x[i] + (ptrdiff_t)row * run;
            if (run > 0 && from != to) {
                memcpy(to, from, (size_t)run);
            }
            to += run;
        }
    }
}
