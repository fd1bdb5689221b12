/* Elements of numbers that stand for themselves, of any type, one at a time. */
#ifndef EDGEAI_ELEMENT_H
#define EDGEAI_ELEMENT_H

#include <stdint.h>

#define EDGEAI_ELEMENT_F32 0
#define EDGEAI_ELEMENT_S8 1
#define EDGEAI_ELEMENT_U8 2
#define EDGEAI_ELEMENT_S16 3
#define EDGEAI_ELEMENT_U16 4
#define EDGEAI_ELEMENT_S32 5
#define EDGEAI_ELEMENT_U32 6
#define EDGEAI_ELEMENT_S64 7
#define EDGEAI_ELEMENT_U64 8
#define EDGEAI_ELEMENT_B8 9

/* An element of an integer type; one of 64 unsigned bits keeps its bits. */
static inline int64_t edgeai_element_integer(const void *x, int32_t type, int32_t i)
{
    switch (type) {
    case EDGEAI_ELEMENT_S8:
        return ((const int8_t *)x)[i];
    case EDGEAI_ELEMENT_S16:
        return ((const int16_t *)x)[i];
    case EDGEAI_ELEMENT_U16:
        return ((const uint16_t *)x)[i];
    case EDGEAI_ELEMENT_S32:
        return ((const int32_t *)x)[i];
    case EDGEAI_ELEMENT_U32:
        return ((const uint32_t *)x)[i];
    case EDGEAI_ELEMENT_S64:
        return ((const int64_t *)x)[i];
    case EDGEAI_ELEMENT_U64:
        return (int64_t)((const uint64_t *)x)[i];
    default:
        return ((const uint8_t *)x)[i];
    }
}

/* Writes an integer, wrapped to the type; a boolean is 1 for everything but 0. */
static inline void edgeai_element_put(void *x, int32_t type, int32_t i, int64_t value)
{
    switch (type) {
    case EDGEAI_ELEMENT_S8:
    case EDGEAI_ELEMENT_U8:
        ((uint8_t *)x)[i] = (uint8_t)value;
        break;
    case EDGEAI_ELEMENT_S16:
    case EDGEAI_ELEMENT_U16:
        ((uint16_t *)x)[i] = (uint16_t)value;
        break;
    case EDGEAI_ELEMENT_S32:
    case EDGEAI_ELEMENT_U32:
        ((uint32_t *)x)[i] = (uint32_t)value;
        break;
    case EDGEAI_ELEMENT_B8:
        ((uint8_t *)x)[i] = value != 0 ? 1 : 0;
        break;
    default:
        ((uint64_t *)x)[i] = (uint64_t)value;
        break;
    }
}

#endif
