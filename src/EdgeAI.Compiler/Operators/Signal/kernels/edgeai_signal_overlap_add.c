#include "edgeai_signal_overlap_add.h"

void edgeai_signal_overlap_add_s16(const edgeai_signal_overlap_add_s16_params *p, const int16_t *frames, const int16_t *rest, int16_t *result)
{
    const int32_t behind = p->size - p->step;
    const int32_t length = p->frames * p->step + behind;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t i = 0; i < length; i++) {
            result[i] = i < behind ? rest[i] : 0;
        }
        for (int32_t frame = 0; frame < p->frames; frame++) {
            int16_t *sum = result + frame * p->step;
            for (int32_t i = 0; i < p->size; i++) {
                const int32_t wide = (int32_t)sum[i] + frames[i];
                sum[i] = (int16_t)(wide < INT16_MIN ? INT16_MIN : wide > INT16_MAX ? INT16_MAX : wide);
            }
            frames += p->size;
        }
        rest += behind;
        result += length;
    }
}

void edgeai_signal_overlap_add_f32(const edgeai_signal_overlap_add_f32_params *p, const float *frames, const float *rest, float *result)
{
    const int32_t behind = p->size - p->step;
    const int32_t length = p->frames * p->step + behind;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t i = 0; i < length; i++) {
            result[i] = i < behind ? rest[i] : 0;
        }
        for (int32_t frame = 0; frame < p->frames; frame++) {
            float *sum = result + frame * p->step;
            for (int32_t i = 0; i < p->size; i++) {
                sum[i] += frames[i];
            }
            frames += p->size;
        }
        rest += behind;
        result += length;
    }
}
