/*
 * result = batch, class and box of the boxes kept, from the highest score of each class down; rows of -1 where there are no more. A box is left out
 * when more than a share of the union of it and one kept is their intersection.
 */
#ifndef EDGEAI_NON_MAX_SUPPRESSION_H
#define EDGEAI_NON_MAX_SUPPRESSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_non_max_suppression_params {
    int32_t batches;
    int32_t classes;
    int32_t boxes;
    int32_t count;
    int32_t centered;
} edgeai_non_max_suppression_params;

/* The most boxes of a class, the share and the score to be above may be NULL: none, 0, any. */
void edgeai_non_max_suppression(const edgeai_non_max_suppression_params *p, const float *boxes, const float *scores, const int64_t *most,
                                const float *share, const float *least, int64_t *result);

#ifdef __cplusplus
}
#endif

#endif
