/*
 * The Fourier transform of real samples by one of half as many complex numbers: stages of radix 4, and one of radix 2 in front where the length asks
 * for it. Fixed-point numbers are divided by the radix before each stage. One kind of numbers for each source that includes this, chosen by
 * EDGEAI_FOURIER_F32, EDGEAI_FOURIER_S32, or neither for int16.
 */
#ifndef EDGEAI_SIGNAL_FOURIER_H
#define EDGEAI_SIGNAL_FOURIER_H

#include <stdint.h>

#if defined(EDGEAI_FOURIER_F32)
typedef float edgeai_real;
#elif defined(EDGEAI_FOURIER_S32)
typedef int32_t edgeai_real;
#else
typedef int16_t edgeai_real;
#endif

typedef struct edgeai_pair {
    edgeai_real re;
    edgeai_real im;
} edgeai_pair;

#if defined(EDGEAI_FOURIER_F32)
static inline float edgeai_real_add(float a, float b)
{
    return a + b;
}

static inline float edgeai_real_subtract(float a, float b)
{
    return a - b;
}

static inline float edgeai_real_shrink(float x, int32_t count)
{
    (void)count;
    return x;
}

static inline edgeai_pair edgeai_pair_multiply(edgeai_pair a, edgeai_pair factor)
{
    edgeai_pair product;
    product.re = a.re * factor.re - a.im * factor.im;
    product.im = a.re * factor.im + a.im * factor.re;
    return product;
}

static inline float edgeai_real_inverse(float x, int32_t length)
{
    return x / (float)length;
}

static inline float edgeai_real_half_sum(float a, float b)
{
    return (a + b) * 0.5f;
}

static inline float edgeai_real_half_difference(float a, float b)
{
    return (a - b) * 0.5f;
}
#elif defined(EDGEAI_FOURIER_S32)
static inline int32_t edgeai_real_add(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t edgeai_real_subtract(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t edgeai_real_half_sum(int32_t a, int32_t b)
{
    return edgeai_real_add(a, b) >> 1;
}

static inline int32_t edgeai_real_half_difference(int32_t a, int32_t b)
{
    return edgeai_real_subtract(a, b) >> 1;
}

static inline int32_t edgeai_real_shrink(int32_t x, int32_t count)
{
    return (int32_t)(((int64_t)x * (INT32_MAX / count) + ((int64_t)1 << 30)) >> 31);
}

static inline edgeai_pair edgeai_pair_multiply(edgeai_pair a, edgeai_pair factor)
{
    edgeai_pair product;
    product.re = (int32_t)(((int64_t)a.re * factor.re - (int64_t)a.im * factor.im + ((int64_t)1 << 30)) >> 31);
    product.im = (int32_t)(((int64_t)a.re * factor.im + (int64_t)a.im * factor.re + ((int64_t)1 << 30)) >> 31);
    return product;
}

static inline int32_t edgeai_real_inverse(int32_t x, int32_t length)
{
    (void)length;
    return x;
}
#else
static inline int16_t edgeai_real_add(int16_t a, int16_t b)
{
    return (int16_t)(a + b);
}

static inline int16_t edgeai_real_subtract(int16_t a, int16_t b)
{
    return (int16_t)(a - b);
}

static inline int16_t edgeai_real_half_sum(int16_t a, int16_t b)
{
    return (int16_t)((a + b) >> 1);
}

static inline int16_t edgeai_real_half_difference(int16_t a, int16_t b)
{
    return (int16_t)((a - b) >> 1);
}

static inline int16_t edgeai_real_shrink(int16_t x, int32_t count)
{
    return (int16_t)((x * (INT16_MAX / count) + (1 << 14)) >> 15);
}

static inline edgeai_pair edgeai_pair_multiply(edgeai_pair a, edgeai_pair factor)
{
    edgeai_pair product;
    product.re = (int16_t)(((int32_t)a.re * factor.re - (int32_t)a.im * factor.im + (1 << 14)) >> 15);
    product.im = (int16_t)(((int32_t)a.re * factor.im + (int32_t)a.im * factor.re + (1 << 14)) >> 15);
    return product;
}

static inline int16_t edgeai_real_inverse(int16_t x, int32_t length)
{
    (void)length;
    return x;
}
#endif

static inline edgeai_pair edgeai_pair_of(edgeai_real re, edgeai_real im)
{
    edgeai_pair pair;
    pair.re = re;
    pair.im = im;
    return pair;
}

static inline edgeai_pair edgeai_pair_add(edgeai_pair a, edgeai_pair b)
{
    return edgeai_pair_of(edgeai_real_add(a.re, b.re), edgeai_real_add(a.im, b.im));
}

static inline edgeai_pair edgeai_pair_subtract(edgeai_pair a, edgeai_pair b)
{
    return edgeai_pair_of(edgeai_real_subtract(a.re, b.re), edgeai_real_subtract(a.im, b.im));
}

static inline edgeai_pair edgeai_pair_shrink(edgeai_pair x, int32_t count)
{
    return edgeai_pair_of(edgeai_real_shrink(x.re, count), edgeai_real_shrink(x.im, count));
}

static inline edgeai_pair edgeai_pair_conjugate(edgeai_pair x)
{
    return edgeai_pair_of(x.re, edgeai_real_subtract(0, x.im));
}

/* Where a number stands before the stages: its index with the digits reversed, base 4 and at last base 2. */
static inline int32_t edgeai_fourier_place(int32_t index, int32_t half)
{
    int32_t place = 0;
    for (int32_t run = half; run % 4 == 0; index /= 4) {
        run /= 4;
        place += index % 4 * run;
    }
    return place + index;
}

static inline void edgeai_fourier_stages(edgeai_pair *x, int32_t half, const edgeai_pair *factors, int inverse)
{
    int32_t run = half;
    while (run % 4 == 0) {
        run /= 4;
    }
    if (run == 2) {
        for (int32_t i = 0; i < half; i += 2) {
            const edgeai_pair a = edgeai_pair_shrink(x[i], 2);
            const edgeai_pair b = edgeai_pair_multiply(edgeai_pair_shrink(x[i + 1], 2), factors[0]);
            x[i] = edgeai_pair_add(a, b);
            x[i + 1] = edgeai_pair_subtract(a, b);
        }
    }
    for (; run < half; run *= 4) {
        const int32_t step = half / (4 * run);
        for (int32_t block = 0; block < half; block += 4 * run) {
            for (int32_t k = 0; k < run; k++) {
                edgeai_pair *at = x + block + k;
                const edgeai_pair a = edgeai_pair_shrink(at[0], 4);
                const edgeai_pair b = edgeai_pair_multiply(edgeai_pair_shrink(at[run], 4), factors[k * step]);
                const edgeai_pair c = edgeai_pair_multiply(edgeai_pair_shrink(at[2 * run], 4), factors[2 * k * step]);
                const edgeai_pair d = edgeai_pair_multiply(edgeai_pair_shrink(at[3 * run], 4), factors[3 * k * step]);
                const edgeai_pair even = edgeai_pair_add(a, c);
                const edgeai_pair odd = edgeai_pair_add(b, d);
                const edgeai_pair across = edgeai_pair_subtract(a, c);
                const edgeai_pair aside = edgeai_pair_subtract(b, d);
                at[0] = edgeai_pair_add(even, odd);
                at[2 * run] = edgeai_pair_subtract(even, odd);
                at[inverse != 0 ? 3 * run : run] =
                    edgeai_pair_of(edgeai_real_add(across.re, aside.im), edgeai_real_subtract(across.im, aside.re));
                at[inverse != 0 ? run : 3 * run] =
                    edgeai_pair_of(edgeai_real_subtract(across.re, aside.im), edgeai_real_add(across.im, aside.re));
            }
        }
    }
}

/* A row of taken samples, zeros behind them, to half + 1 pairs; x: scratch of half pairs. */
static inline void edgeai_fourier_forward(
    int32_t half, int32_t taken, const edgeai_real *samples, const edgeai_pair *factors, edgeai_pair *x, edgeai_pair *bins)
{
    const edgeai_pair *join = factors + half;
    for (int32_t i = 0; i < half; i++) {
        x[edgeai_fourier_place(i, half)] = edgeai_pair_of(
            (edgeai_real)(2 * i < taken ? samples[2 * i] : 0), (edgeai_real)(2 * i + 1 < taken ? samples[2 * i + 1] : 0));
    }
    edgeai_fourier_stages(x, half, factors, 0);
    const edgeai_pair first = edgeai_pair_shrink(x[0], 2);
    bins[0] = edgeai_pair_of(edgeai_real_add(first.re, first.im), 0);
    bins[half] = edgeai_pair_of(edgeai_real_subtract(first.re, first.im), 0);
    for (int32_t k = 1; k <= half / 2; k++) {
        const edgeai_pair low = edgeai_pair_shrink(x[k], 2);
        const edgeai_pair high = edgeai_pair_shrink(edgeai_pair_conjugate(x[half - k]), 2);
        const edgeai_pair sum = edgeai_pair_add(low, high);
        const edgeai_pair turned = edgeai_pair_multiply(edgeai_pair_subtract(low, high), join[k - 1]);
        bins[k] = edgeai_pair_of(edgeai_real_half_sum(sum.re, turned.re), edgeai_real_half_sum(sum.im, turned.im));
        bins[half - k] = edgeai_pair_of(edgeai_real_half_difference(sum.re, turned.re), edgeai_real_half_difference(turned.im, sum.im));
    }
}

/* A row of half + 1 pairs to twice half samples; x: scratch of half pairs. */
static inline void edgeai_fourier_backward(
    int32_t half, const edgeai_pair *bins, const edgeai_pair *factors, edgeai_pair *x, edgeai_real *samples)
{
    const edgeai_pair *join = factors + half;
    x[0] = edgeai_pair_shrink(
        edgeai_pair_of(edgeai_real_add(bins[0].re, bins[half].re), edgeai_real_subtract(bins[0].re, bins[half].re)), 2);
    for (int32_t k = 1; k <= half / 2; k++) {
        const edgeai_pair low = edgeai_pair_shrink(bins[k], 2);
        const edgeai_pair high = edgeai_pair_shrink(edgeai_pair_conjugate(bins[half - k]), 2);
        const edgeai_pair sum = edgeai_pair_add(low, high);
        const edgeai_pair turned = edgeai_pair_multiply(edgeai_pair_subtract(low, high), join[k - 1]);
        x[edgeai_fourier_place(k, half)] = edgeai_pair_add(sum, turned);
        x[edgeai_fourier_place(half - k, half)] = edgeai_pair_conjugate(edgeai_pair_subtract(sum, turned));
    }
    edgeai_fourier_stages(x, half, factors, 1);
    for (int32_t i = 0; i < half; i++) {
        samples[2 * i] = edgeai_real_inverse(x[i].re, 2 * half);
        samples[2 * i + 1] = edgeai_real_inverse(x[i].im, 2 * half);
    }
}

#endif
