#include "edgeai_svdf.h"

#include <stddef.h>
#include <string.h>

#include "edgeai_requantize.h"

void edgeai_svdf_memory_f32(
    const edgeai_svdf_memory_f32_params *p, const float *state, const float *x, const float *weights, float *result)
{
    const size_t count = (size_t)p->batches * (size_t)p->filters * (size_t)p->memory;
    memmove(result, state + 1, (count - 1u) * sizeof *result);
    for (int32_t batch = 0; batch < p->batches; batch++) {
        for (int32_t filter = 0; filter < p->filters; filter++) {
            const float *row = weights + filter * p->inputs;
            float sum = 0.0f;
            for (int32_t i = 0; i < p->inputs; i++) {
                sum += x[batch * p->inputs + i] * row[i];
            }
            result[(batch * p->filters + filter + 1) * p->memory - 1] = sum;
        }
    }
}

void edgeai_svdf_memory_s8(
    const edgeai_svdf_memory_s8_params *p, const void *state, const int8_t *x, const int8_t *weights, void *result)
{
    const size_t count = (size_t)p->batches * (size_t)p->filters * (size_t)p->memory;
    const size_t size = p->state_16_bit ? 2u : 1u;
    memmove(result, (const uint8_t *)state + size, (count - 1u) * size);
    for (int32_t batch = 0; batch < p->batches; batch++) {
        for (int32_t filter = 0; filter < p->filters; filter++) {
            const int8_t *row = weights + filter * p->inputs;
            const int8_t *values = x + batch * p->inputs;
            uint32_t sum = 0;
            for (int32_t i = 0; i < p->inputs; i++) {
                sum += (uint32_t)(row[i] * (values[i] - p->input_zero_point));
            }
            const int32_t scaled = edgeai_requantize((int32_t)sum, p->multiplier, p->shift);
            const int32_t at = (batch * p->filters + filter + 1) * p->memory - 1;
            if (p->state_16_bit) {
                ((int16_t *)result)[at] = (int16_t)edgeai_add(edgeai_clamp(scaled, INT16_MIN, INT16_MAX), p->state_zero_point);
            } else {
                ((int8_t *)result)[at] = (int8_t)edgeai_add(edgeai_clamp(scaled, INT8_MIN, INT8_MAX), p->state_zero_point);
            }
        }
    }
}

void edgeai_svdf_result_f32(
    const edgeai_svdf_result_f32_params *p, const float *state, const float *weights, const float *bias, float *result)
{
    for (int32_t batch = 0; batch < p->batches; batch++) {
        const float *row = weights;
        for (int32_t unit = 0; unit < p->units; unit++) {
            float sum = bias != NULL ? bias[unit] : 0.0f;
            for (int32_t filter = 0; filter < p->filters; filter++) {
                float part = 0.0f;
                for (int32_t i = 0; i < p->memory; i++) {
                    part += *row++ * *state++;
                }
                sum += part;
            }
            *result++ = edgeai_clamp_f32(sum, p->minimum, p->maximum);
        }
    }
}

void edgeai_svdf_result_s8(
    const edgeai_svdf_result_s8_params *p, const void *state, const void *weights, const int32_t *bias, int8_t *result)
{
    const int32_t run = p->filters * p->memory;
    int32_t at = 0;
    for (int32_t batch = 0; batch < p->batches; batch++) {
        for (int32_t unit = 0; unit < p->units; unit++) {
            uint32_t sum = bias != NULL ? (uint32_t)bias[unit] : 0u;
            for (int32_t i = unit * run; i < (unit + 1) * run; i++) {
                const int32_t weight = p->state_16_bit ? ((const int16_t *)weights)[i] : ((const int8_t *)weights)[i];
                const int32_t value = p->state_16_bit ? ((const int16_t *)state)[at] : ((const int8_t *)state)[at];
                sum += (uint32_t)weight * (uint32_t)(value - p->state_zero_point);
                at++;
            }
            const int32_t scaled = edgeai_requantize((int32_t)sum, p->multiplier, p->shift);
            *result++ = (int8_t)edgeai_clamp(edgeai_add(scaled, p->output_zero_point), p->minimum, p->maximum);
        }
    }
}
