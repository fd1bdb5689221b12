#include "edgeai_determinant_f32.h"

static float eliminate(float *a, int32_t n)
{
    float product = 1.0f;
    for (int32_t k = 0; k < n; k++) {
        float *const top = a + k * n;
        float *pivot = top;
        for (int32_t row = k + 1; row < n; row++) {
            pivot = fabsf(a[row * n + k]) > fabsf(pivot[k]) ? a + row * n : pivot;
        }
        if (pivot != top) {
            for (int32_t column = k; column < n; column++) {
                const float value = top[column];
                top[column] = pivot[column];
                pivot[column] = value;
            }
            product = -product;
        }
        const float diagonal = top[k];
        product *= diagonal;
        for (int32_t row = k + 1; row < n && diagonal != 0.0f; row++) {
            float *const line = a + row * n;
            const float factor = line[k] / diagonal;
            for (int32_t column = k + 1; column < n; column++) {
                line[column] -= factor * top[column];
            }
        }
    }
    return product;
}

void edgeai_determinant_f32(const edgeai_determinant_f32_params *p, const float *x, float *result, float *scratch)
{
    for (int32_t i = 0; i < p->matrices; i++) {
        for (int32_t k = 0; k < p->extent * p->extent; k++) {
            scratch[k] = *x++;
        }
        result[i] = eliminate(scratch, p->extent);
    }
}
