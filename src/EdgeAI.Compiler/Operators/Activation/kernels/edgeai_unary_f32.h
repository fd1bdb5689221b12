/* Parameters that the float functions of one operand share. */
#ifndef EDGEAI_UNARY_F32_H
#define EDGEAI_UNARY_F32_H

#include <stdint.h>

typedef struct edgeai_unary_f32_params {
    int32_t count;
    float alpha;
    float beta;
} edgeai_unary_f32_params;

#endif
