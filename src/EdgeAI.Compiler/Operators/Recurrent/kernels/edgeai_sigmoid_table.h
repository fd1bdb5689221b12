/* TensorFlow Lite's 16-bit sigmoid and tanh: straight lines between 256 values of sigmoid(i / 24) in Q0.16. */
#ifndef EDGEAI_SIGMOID_TABLE_H
#define EDGEAI_SIGMOID_TABLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Q3.12 to Q0.15. */
static inline int32_t edgeai_table_sigmoid(const uint16_t *table, int32_t value)
{
    const int32_t scaled = value * 3;
    const uint32_t magnitude = (uint32_t)(scaled < 0 ? -scaled : scaled);
    const uint32_t index = magnitude >> 9;
    uint32_t line = (uint32_t)0x7FFF << 10;
    if (index < 255u) {
        line = ((uint32_t)table[index] << 9) + (magnitude & 0x1FFu) * ((uint32_t)table[index + 1u] - table[index]);
    }
    line = scaled >= 0 ? line + (1u << 9) : ((uint32_t)1 << 25) - line + (1u << 9) - 1u;
    return (int32_t)(line >> 10);
}

/* To Q0.15; value * multiplier / 2^shift is in 3 * 2^12 steps. */
static inline int32_t edgeai_table_tanh(const uint16_t *table, int32_t value, int32_t multiplier, int32_t shift)
{
    const int32_t half = shift > 0 ? (int32_t)1 << (shift - 1) : 0;
    const int32_t scaled = (value * multiplier + half) >> shift;
    const uint32_t magnitude = (uint32_t)(scaled < 0 ? -scaled : scaled);
    const uint32_t index = magnitude >> 8;
    int32_t line = (int32_t)0xFFFF << 8;
    if (index < 255u) {
        line = (int32_t)(((uint32_t)table[index] << 8) + (magnitude & 0xFFu) * ((uint32_t)table[index + 1u] - table[index]));
    }
    line = scaled >= 0 ? line - ((int32_t)1 << 23) + (1 << 7) : -line + ((int32_t)1 << 23) + (1 << 7) - 1;
    return line >> 8;
}

#ifdef __cplusplus
}
#endif

#endif
