/* One direction of an LSTM over int16 with int8 weights and an int16 cell state, by TensorFlow Lite's arithmetic; zero points are 0. Weights [4 * hidden, inputs] and
   [4 * hidden, hidden], gates in the order input, forget, candidate, output. The row of step t of sequence n is n * batch_stride + t * step_stride.
   Scratch: 5 * hidden int16. */
#ifndef EDGEAI_LSTM_S16_H
#define EDGEAI_LSTM_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_lstm_s16_params {
    int32_t steps;
    int32_t batch;
    int32_t inputs;
    int32_t hidden;
    int32_t step_stride;
    int32_t batch_stride;
    int32_t reverse;
    int32_t cell_clip;                 /* 0 for none */
    int32_t tanh_multiplier;
    int32_t tanh_shift;
    int32_t product_multipliers[3];    /* forget * cell, input * candidate, output * tanh */
    int32_t product_shifts[3];
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
    const int32_t *state_multipliers;
    const int32_t *state_shifts;
    const uint16_t *sigmoid;           /* 256 values of sigmoid(i / 24) */
} edgeai_lstm_s16_params;

void edgeai_lstm_s16(
    const edgeai_lstm_s16_params *p, const int16_t *x, const int8_t *weights, const int8_t *recurrent, int16_t *result, int16_t *scratch);

#ifdef __cplusplus
}
#endif

#endif
