#include "edgeai_dot_s4.h"

void edgeai_dot4_s4(uint32_t *sums, const int8_t *x, int32_t step, const edgeai_rows_s4 *rows, int32_t at, int32_t count)
{
    const uint8_t *w0 = rows->row[0] + at / 2;
    const uint8_t *w1 = rows->row[1] + at / 2;
    const uint8_t *w2 = rows->row[2] + at / 2;
    const uint8_t *w3 = rows->row[3] + at / 2;
    uint32_t s0 = 0;
    uint32_t s1 = 0;
    uint32_t s2 = 0;
    uint32_t s3 = 0;
    uint32_t total = 0;
    if (at % 2 != 0 && count > 0) {
        const int32_t v = *x;
        total += (uint32_t)v;
        s0 += (uint32_t)(v * (*w0++ >> 4));
        s1 += (uint32_t)(v * (*w1++ >> 4));
        s2 += (uint32_t)(v * (*w2++ >> 4));
        s3 += (uint32_t)(v * (*w3++ >> 4));
        x += step;
        count--;
    }
    for (; count >= 2; count -= 2) {
        const int32_t v = x[0];
        const int32_t u = x[step];
        const int32_t b0 = *w0++;
        const int32_t b1 = *w1++;
        const int32_t b2 = *w2++;
        const int32_t b3 = *w3++;
        total += (uint32_t)(v + u);
        s0 += (uint32_t)(v * (b0 & 15) + u * (b0 >> 4));
        s1 += (uint32_t)(v * (b1 & 15) + u * (b1 >> 4));
        s2 += (uint32_t)(v * (b2 & 15) + u * (b2 >> 4));
        s3 += (uint32_t)(v * (b3 & 15) + u * (b3 >> 4));
        x += 2 * step;
    }
    if (count > 0) {
        const int32_t v = *x;
        total += (uint32_t)v;
        s0 += (uint32_t)(v * (*w0 & 15));
        s1 += (uint32_t)(v * (*w1 & 15));
        s2 += (uint32_t)(v * (*w2 & 15));
        s3 += (uint32_t)(v * (*w3 & 15));
    }
    total *= 8u;
    sums[0] += s0 - total;
    sums[1] += s1 - total;
    sums[2] += s2 - total;
    sums[3] += s3 - total;
}
