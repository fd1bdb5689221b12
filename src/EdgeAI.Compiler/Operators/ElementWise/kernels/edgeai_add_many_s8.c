#include "edgeai_add_many_s8.h"

#include "edgeai_requantize.h"

#define BITS 19

void edgeai_add_many_s8(const edgeai_add_many_s8_params *p, const int8_t *const x[], int8_t *result)
{
    for (int32_t i = 0; i < p->count; i++) {
        int32_t sum = p->start;
        for (int32_t operand = 0; operand < p->operands; operand++) {
            sum += x[operand][i];
        }
        const int32_t scaled = edgeai_requantize(sum * (1 << BITS), p->multiplier, p->shift);
        result[i] = (int8_t)edgeai_clamp(scaled + p->zero_point, -128, 127);
    }
}
