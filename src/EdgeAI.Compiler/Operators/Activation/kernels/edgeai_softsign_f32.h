/* result = x / (1 + |x|). */
#ifndef EDGEAI_SOFTSIGN_F32_H
#define EDGEAI_SOFTSIGN_F32_H

#include "edgeai_unary_f32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef edgeai_unary_f32_params edgeai_softsign_f32_params;

void edgeai_softsign_f32(const edgeai_softsign_f32_params *p, const float *x, float *result);

#ifdef __cplusplus
}
#endif

#endif
