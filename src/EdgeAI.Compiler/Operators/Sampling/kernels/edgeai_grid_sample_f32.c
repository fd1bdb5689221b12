#include "edgeai_grid_sample_f32.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define MOST_TAPS 4

static float inside(const edgeai_grid_sample_f32_params *p, float x, int32_t extent)
{
    const float last = (float)(extent - 1);
    const float low = p->align_corners != 0 ? 0.0f : -0.5f;
    const float high = p->align_corners != 0 ? last : last + 0.5f;
    if (p->padding == 2) {
        const float range = high - low;
        if (range > 0.0f) {
            const float distance = fabsf(x - low);
            const float turns = floorf(distance / range);
            const float rest = distance - turns * range;
            x = turns - 2.0f * floorf(turns / 2.0f) == 0.0f ? low + rest : high - rest;
        } else {
            x = 0.0f;
        }
    }
    return p->padding == 0 ? x : x < 0.0f ? 0.0f : x > last ? last : x;
}

static float inner(float t)
{
    return (1.25f * t - 2.25f) * t * t + 1.0f;
}

static float outer(float t)
{
    return ((-0.75f * t + 3.75f) * t - 6.0f) * t + 3.0f;
}

static void taps(const edgeai_grid_sample_f32_params *p, float coordinate, int32_t extent, int32_t *indexes, float *weights)
{
    float x = p->align_corners != 0 ? (coordinate + 1.0f) / 2.0f * (float)(extent - 1) : ((coordinate + 1.0f) * (float)extent - 1.0f) / 2.0f;
    float t;
    int32_t first;
    x = !(x > -1e6f) ? -1e6f : x > 1e6f ? 1e6f : x;
    if (p->interpolation != 2) {
        x = inside(p, x, extent);
    }
    t = x - floorf(x);
    first = (int32_t)floorf(x);
    if (p->interpolation == 0) {
        first = (int32_t)rintf(x);
        weights[0] = 1.0f;
    } else if (p->interpolation == 1) {
        weights[0] = 1.0f - t;
        weights[1] = t;
    } else {
        first--;
        weights[0] = outer(1.0f + t);
        weights[1] = inner(t);
        weights[2] = inner(1.0f - t);
        weights[3] = outer(2.0f - t);
    }
    for (int32_t i = 0; i < MOST_TAPS; i++) {
        const int32_t index = (int32_t)inside(p, (float)(first + i), extent);
        const int is_outside = index < 0 || index >= extent;
        indexes[i] = is_outside ? 0 : index;
        weights[i] = is_outside ? 0.0f : weights[i];
    }
}

static float sum_of(const edgeai_grid_sample_f32_params *p, const float *plane, int32_t indexes[3][MOST_TAPS], float weights[3][MOST_TAPS])
{
    float sum = 0.0f;
    for (int32_t i = 0; i < MOST_TAPS; i++) {
        for (int32_t k = 0; k < MOST_TAPS; k++) {
            const float both = weights[0][i] * weights[1][k];
            for (int32_t m = 0; m < MOST_TAPS && both != 0.0f; m++) {
                const float weight = both * weights[2][m];
                if (weight != 0.0f) {
                    sum += weight * plane[(indexes[0][i] * p->extents[1] + indexes[1][k]) * p->extents[2] + indexes[2][m]];
                }
            }
        }
    }
    return sum;
}

void edgeai_grid_sample_f32(const edgeai_grid_sample_f32_params *p, const float *x, const float *grid, float *result)
{
    const ptrdiff_t size = (ptrdiff_t)p->extents[0] * p->extents[1] * p->extents[2];
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t place = 0; place < p->places; place++) {
            int32_t indexes[3][MOST_TAPS];
            float weights[3][MOST_TAPS];
            memset(indexes, 0, sizeof indexes);
            memset(weights, 0, sizeof weights);
            weights[0][0] = 1.0f;
            for (int32_t axis = 0; axis < p->axes; axis++) {
                taps(p, *grid++, p->extents[2 - axis], indexes[2 - axis], weights[2 - axis]);
            }
            for (int32_t c = 0; c < p->channels; c++) {
                const ptrdiff_t plane = (ptrdiff_t)n * p->channels + c;
                result[plane * p->places + place] = sum_of(p, x + plane * size, indexes, weights);
            }
        }
    }
}
