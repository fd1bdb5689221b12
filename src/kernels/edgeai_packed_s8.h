/* Products over packed pairs of int8 weights (edgeai_packed_pairs.h). */
#ifndef EDGEAI_PACKED_S8_H
#define EDGEAI_PACKED_S8_H

#include "edgeai_packed_pairs.h"

#ifdef __cplusplus
extern "C" {
#endif

void edgeai_packed_tile_rectified_s8(const edgeai_packed_tile_s8 *tile);
void edgeai_packed_tile_linear_s8(const edgeai_packed_tile_s8 *tile);

void edgeai_packed_row_rectified_s8(const edgeai_packed_row_s8 *row);
void edgeai_packed_row_linear_s8(const edgeai_packed_row_s8 *row);

#ifdef __cplusplus
}
#endif

#endif
