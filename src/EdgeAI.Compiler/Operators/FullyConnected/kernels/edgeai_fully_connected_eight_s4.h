/* Fully connected layer on int8 rows for processors without the DSP extension: eight channels read each value of x together. weights holds, for
 * each eight channels and each depth index, a word of the eight weights plus 8, the first four in the lower halves of the bytes, the others in the upper
 * halves; channels holds four words a channel
 * (edgeai_channel_s8.h). Both are padded to a multiple of eight channels. */
#ifndef EDGEAI_FULLY_CONNECTED_EIGHT_S4_H
#define EDGEAI_FULLY_CONNECTED_EIGHT_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_fully_connected_eight_s4_params {
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    int32_t linear; /* 0: the zero point of y is -128 */
    int32_t limited; /* 1: minimum and maximum are narrower than the type's range */
    int32_t minimum;
    int32_t maximum;
    const int32_t *channels;
} edgeai_fully_connected_eight_s4_params;

#define EDGEAI_EIGHT_S4_DEPTHS 32

/* scratch: 8 * EDGEAI_EIGHT_S4_DEPTHS bytes. */
void edgeai_fully_connected_eight_s4(
    const edgeai_fully_connected_eight_s4_params *p, const int8_t *x, const uint32_t *weights, int8_t *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
