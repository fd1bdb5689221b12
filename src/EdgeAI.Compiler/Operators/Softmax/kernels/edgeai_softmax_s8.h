/* Softmax along rows of int8 values in TensorFlow Lite's fixed-point arithmetic; the result has the scale 1/256 and
 * the zero point -128. multiplier and shift take differences to Q5.26 (beta included); y may be x. */
#ifndef EDGEAI_SOFTMAX_S8_H
#define EDGEAI_SOFTMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_softmax_s8_params {
    int32_t rows;
    int32_t depth; /* at most 4095 */
    int32_t multiplier;
    int32_t shift;
    int32_t lowest_difference; /* lower differences from the row's maximum count as 0 */
} edgeai_softmax_s8_params;

void edgeai_softmax_s8(const edgeai_softmax_s8_params *p, const int8_t *x, int8_t *y);

#ifdef __cplusplus
}
#endif

#endif
