#include "edgeai_pairwise_coupling_f32.h"

/* The quadratic form whose smallest value the shares have, and equal shares; gives what lies behind the pairs. */
static const float *start(int32_t n, const float *x, float *q, float *y)
{
    for (int32_t t = 0; t < n; t++) {
        q[t * n + t] = 0.0f;
        y[t] = 1.0f / (float)n;
    }
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = i + 1; j < n; j++) {
            const float first = *x++;
            const float second = 1.0f - first;
            q[i * n + i] += second * second;
            q[j * n + j] += first * first;
            q[i * n + j] = -(first * second);
            q[j * n + i] = q[i * n + j];
        }
    }
    return x;
}

/* The products of the form with the shares; gives the form's value. */
static float multiply(int32_t n, const float *q, const float *y, float *products)
{
    float whole = 0.0f;
    for (int32_t t = 0; t < n; t++) {
        float sum = 0.0f;
        for (int32_t j = 0; j < n; j++) {
            sum += q[t * n + j] * y[j];
        }
        products[t] = sum;
        whole += y[t] * sum;
    }
    return whole;
}

static float largest_error(int32_t n, const float *products, float whole)
{
    float largest = 0.0f;
    for (int32_t t = 0; t < n; t++) {
        const float error = products[t] - whole;
        const float size = error < 0.0f ? -error : error;
        largest = size > largest ? size : largest;
    }
    return largest;
}

void edgeai_pairwise_coupling_f32(const edgeai_pairwise_coupling_f32_params *p, const float *x, float *y, void *scratch)
{
    const int32_t n = p->classes;
    float *const q = (float *)scratch;
    float *const products = q + n * n;
    for (int32_t row = 0; row < p->rows; row++) {
        x = start(n, x, q, y);
        for (int32_t round = 0; round < p->rounds; round++) {
            float whole = multiply(n, q, y, products);
            if (largest_error(n, products, whole) < p->tolerance) {
                break;
            }
            for (int32_t t = 0; t < n; t++) {
                const float step = (whole - products[t]) / q[t * n + t];
                const float scale = 1.0f + step;
                y[t] += step;
                whole = (whole + step * (step * q[t * n + t] + 2.0f * products[t])) / scale / scale;
                for (int32_t j = 0; j < n; j++) {
                    products[j] = (products[j] + step * q[t * n + j]) / scale;
                    y[j] /= scale;
                }
            }
        }
        y += n;
    }
}
