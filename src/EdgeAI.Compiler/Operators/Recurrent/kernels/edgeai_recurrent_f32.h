/* Recurrent layers as a loop over time: cell 0 simple, 1 GRU, 2 LSTM. Result [steps + 2, directions, batch, hidden]: the state after each
   step, the last state and the last cell state. Operands behind recurrent may be NULL. Scratch: (gates + 1) * hidden floats. */
#ifndef EDGEAI_RECURRENT_F32_H
#define EDGEAI_RECURRENT_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_recurrent_f32_params {
    int32_t steps;
    int32_t batch;
    int32_t inputs;
    int32_t hidden;
    int32_t directions;
    int32_t cell;
    int32_t reverse;
    int32_t linear_before_reset;
    int32_t coupled_forget;
    int32_t activations[6]; /* three a direction: 0 sigmoid, 1 tanh, 2 relu, 3 affine, 4 leaky relu, 5 thresholded relu, 6 scaled tanh,
                               7 hard sigmoid, 8 elu, 9 softsign, 10 softplus */
    float parameters[12];   /* alpha and beta of each */
    float clip;
} edgeai_recurrent_f32_params;

void edgeai_recurrent_f32(
    const edgeai_recurrent_f32_params *p, const float *x, const float *weights, const float *recurrent, const float *bias,
    const int32_t *lengths, const float *first, const float *first_cell, const float *peepholes, float *result, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
