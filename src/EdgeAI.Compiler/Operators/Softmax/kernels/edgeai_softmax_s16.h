/* Softmax along rows of int16 values in the arithmetic of the int8 form; the result has the scale 1/32768 and
 * the zero point 0. multiplier and shift take differences to Q5.26 (beta included); y may be x. */
#ifndef EDGEAI_SOFTMAX_S16_H
#define EDGEAI_SOFTMAX_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_softmax_s16_params {
    int32_t rows;
    int32_t depth; /* at most 4095 */
    int32_t multiplier;
    int32_t shift;
    int32_t lowest_difference; /* lower differences from the row's maximum count as 0 */
} edgeai_softmax_s16_params;

void edgeai_softmax_s16(const edgeai_softmax_s16_params *p, const int16_t *x, int16_t *y);

#ifdef __cplusplus
}
#endif

#endif
