/* result = values of x at places from -1 to 1 that a grid names: interpolation 0 nearest, 1 linear, 2 cubic; padding 0 zeros, 1 border, 2 mirrored. */
#ifndef EDGEAI_GRID_SAMPLE_F32_H
#define EDGEAI_GRID_SAMPLE_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_grid_sample_f32_params {
    int32_t batch;
    int32_t channels;
    int32_t axes;
    int32_t extents[3];
    int32_t places;
    int32_t interpolation;
    int32_t padding;
    int32_t align_corners;
} edgeai_grid_sample_f32_params;

void edgeai_grid_sample_f32(const edgeai_grid_sample_f32_params *p, const float *x, const float *grid, float *result);

#ifdef __cplusplus
}
#endif

#endif
