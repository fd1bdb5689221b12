/*
 * result = regions of images, each cut into bins: the mean of bilinear samples, or the largest of their weighted pixels. Zero samples stand for as many
 * as a bin has pixels.
 */
#ifndef EDGEAI_ROI_ALIGN_F32_H
#define EDGEAI_ROI_ALIGN_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_roi_align_f32_params {
    int32_t batch;
    int32_t channels;
    int32_t in_height;
    int32_t in_width;
    int32_t regions;
    int32_t height;
    int32_t width;
    int32_t samples;
    float scale;
    int32_t half_pixel;
    int32_t maximum;
} edgeai_roi_align_f32_params;

void edgeai_roi_align_f32(const edgeai_roi_align_f32_params *p, const float *x, const float *regions, const int64_t *images, float *result);

#ifdef __cplusplus
}
#endif

#endif
