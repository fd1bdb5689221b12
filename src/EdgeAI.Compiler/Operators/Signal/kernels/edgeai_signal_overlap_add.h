/*
 * Rows of frames that begin step samples apart, added up behind what earlier ones left: frames * step + size - step samples a row.
 * int16 saturates after each frame.
 */
#ifndef EDGEAI_SIGNAL_OVERLAP_ADD_H
#define EDGEAI_SIGNAL_OVERLAP_ADD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_signal_overlap_add_s16_params {
    int32_t rows;
    int32_t frames;
    int32_t size;
    int32_t step;
} edgeai_signal_overlap_add_s16_params;

typedef struct edgeai_signal_overlap_add_f32_params {
    int32_t rows;
    int32_t frames;
    int32_t size;
    int32_t step;
} edgeai_signal_overlap_add_f32_params;

void edgeai_signal_overlap_add_s16(const edgeai_signal_overlap_add_s16_params *p, const int16_t *frames, const int16_t *rest, int16_t *result);
void edgeai_signal_overlap_add_f32(const edgeai_signal_overlap_add_f32_params *p, const float *frames, const float *rest, float *result);

#ifdef __cplusplus
}
#endif

#endif
