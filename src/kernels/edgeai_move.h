/* Moves bytes inside the arena; the places may overlap. The libraries of many toolchains do it byte by byte. */
#ifndef EDGEAI_MOVE_H
#define EDGEAI_MOVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void edgeai_move(void *to, const void *from, uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
