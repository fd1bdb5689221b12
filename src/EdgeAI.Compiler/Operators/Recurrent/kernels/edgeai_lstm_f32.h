/* One direction of an LSTM. Weights [4 * hidden, inputs] and [4 * hidden, hidden], gates in the order input, forget, candidate, output.
   The row of step t of sequence n is n * batch_stride + t * step_stride. Scratch: 5 * hidden floats. */
#ifndef EDGEAI_LSTM_F32_H
#define EDGEAI_LSTM_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_lstm_f32_params {
    int32_t steps;
    int32_t batch;
    int32_t inputs;
    int32_t hidden;
    int32_t step_stride;
    int32_t batch_stride;
    int32_t reverse;
    float cell_clip; /* 0 for none */
} edgeai_lstm_f32_params;

void edgeai_lstm_f32(
    const edgeai_lstm_f32_params *p, const float *x, const float *weights, const float *bias, const float *recurrent, float *result,
    float *scratch);

#ifdef __cplusplus
}
#endif

#endif
