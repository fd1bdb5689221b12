#include "edgeai_unpack_s4.h"

/* Four halves of bytes with their signs. Bit 7 keeps bytes apart while eight is taken off. */
static uint32_t bytes_of(uint32_t halves)
{
    return ((((halves & 0x0F0F0F0Fu) ^ 0x08080808u) | 0x80808080u) - 0x08080808u) ^ 0x80808080u;
}

/* The same of two lanes. */
static uint32_t lanes_of(uint32_t halves)
{
    return ((((halves & 0x000F000Fu) ^ 0x00080008u) | 0x80008000u) - 0x00080008u) ^ 0x80008000u;
}

void edgeai_unpack_bytes_s4(uint32_t *to, const uint32_t *nibbles, int32_t words)
{
    for (; words > 0; words -= 4) {
        to[0] = bytes_of(nibbles[0]);
        to[1] = bytes_of(nibbles[0] >> 4);
        to[2] = bytes_of(nibbles[1]);
        to[3] = bytes_of(nibbles[1] >> 4);
        nibbles += 2;
        to += 4;
    }
}

void edgeai_unpack_lanes_s4(uint32_t *to, const uint32_t *nibbles, int32_t words)
{
    for (; words > 0; words -= 4) {
        const uint32_t four = *nibbles++;
        to[0] = lanes_of(four);
        to[1] = lanes_of(four >> 4);
        to[2] = lanes_of(four >> 8);
        to[3] = lanes_of(four >> 12);
        to += 4;
    }
}
