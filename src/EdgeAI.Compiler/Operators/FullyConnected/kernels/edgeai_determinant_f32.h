/* result[i] = the determinant of matrix i of x [matrices,extent,extent], by elimination with the largest element of a column as pivot. scratch holds a
 * matrix. */
#ifndef EDGEAI_DETERMINANT_F32_H
#define EDGEAI_DETERMINANT_F32_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_determinant_f32_params {
    int32_t matrices;
    int32_t extent;
} edgeai_determinant_f32_params;

void edgeai_determinant_f32(const edgeai_determinant_f32_params *p, const float *x, float *result, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
