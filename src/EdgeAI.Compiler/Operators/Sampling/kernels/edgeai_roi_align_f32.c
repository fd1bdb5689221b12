#include "edgeai_roi_align_f32.h"

#include <math.h>

#define MOST_SAMPLES 1024

static void extent(const edgeai_roi_align_f32_params *p, float from, float to, float *start, float *size)
{
    const float offset = p->half_pixel != 0 ? 0.5f : 0.0f;
    *start = from * p->scale - offset;
    *size = to * p->scale - offset - *start;
    *size = p->half_pixel != 0 || *size > 1.0f ? *size : 1.0f;
}

static int32_t samples(int32_t fixed_count, float size)
{
    const float count = ceilf(size);
    if (fixed_count > 0) {
        return fixed_count;
    }
    return !(count > 0.0f) ? 0 : count > (float)MOST_SAMPLES ? MOST_SAMPLES : (int32_t)count;
}

static void neighbours(float place, int32_t size, int32_t *low, int32_t *high, float *weight)
{
    const float inside = place > 0.0f ? place : 0.0f;
    const int32_t whole = (int32_t)inside;
    const int is_last = whole >= size - 1;
    *low = is_last ? size - 1 : whole;
    *high = is_last ? size - 1 : whole + 1;
    *weight = is_last ? 0.0f : inside - (float)whole;
}

static float sample(const edgeai_roi_align_f32_params *p, const float *pixels, float y, float x)
{
    int32_t low;
    int32_t high;
    int32_t left;
    int32_t right;
    float t;
    float u;
    if (!(y >= -1.0f && y <= (float)p->in_height && x >= -1.0f && x <= (float)p->in_width)) {
        return 0.0f;
    }
    neighbours(y, p->in_height, &low, &high, &t);
    neighbours(x, p->in_width, &left, &right, &u);
    const float a = (1.0f - t) * (1.0f - u) * pixels[low * p->in_width + left];
    const float b = (1.0f - t) * u * pixels[low * p->in_width + right];
    const float c = t * (1.0f - u) * pixels[high * p->in_width + left];
    const float d = t * u * pixels[high * p->in_width + right];
    if (p->maximum == 0) {
        return a + b + c + d;
    }
    float most = a > b ? a : b;
    most = most > c ? most : c;
    return most > d ? most : d;
}

void edgeai_roi_align_f32(const edgeai_roi_align_f32_params *p, const float *x, const float *regions, const int64_t *images, float *result)
{
    for (int32_t region = 0; region < p->regions; region++) {
        const float *corners = regions + region * 4;
        const int64_t image = images[region] < 0 ? 0 : images[region] >= p->batch ? p->batch - 1 : images[region];
        float top;
        float left;
        float height;
        float width;
        extent(p, corners[1], corners[3], &top, &height);
        extent(p, corners[0], corners[2], &left, &width);
        const float bin_height = height / (float)p->height;
        const float bin_width = width / (float)p->width;
        const int32_t rows = samples(p->samples, bin_height);
        const int32_t columns = samples(p->samples, bin_width);
        for (int32_t c = 0; c < p->channels; c++) {
            const float *pixels = x + ((int32_t)image * p->channels + c) * p->in_height * p->in_width;
            for (int32_t bin = 0; bin < p->height * p->width; bin++) {
                const float y = top + (float)(bin / p->width) * bin_height;
                const float from = left + (float)(bin % p->width) * bin_width;
                float sum = 0.0f;
                for (int32_t i = 0; i < rows * columns; i++) {
                    const float at_y = y + ((float)(i / columns) + 0.5f) * bin_height / (float)rows;
                    const float at_x = from + ((float)(i % columns) + 0.5f) * bin_width / (float)columns;
                    const float value = sample(p, pixels, at_y, at_x);
                    if (p->maximum == 0) {
                        sum += value;
                    } else if (i == 0 || value > sum) {
                        sum = value;
                    }
                }
                *result++ = p->maximum != 0 ? sum : sum / (float)(rows * columns > 1 ? rows * columns : 1);
            }
        }
    }
}
