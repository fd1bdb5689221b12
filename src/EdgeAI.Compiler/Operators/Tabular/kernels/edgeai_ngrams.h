/*
 * result[row][score] = how often an n-gram of least to most elements is in a row of x, its elements at equal distances of 1 to skips + 1, times its
 * weight; only_presence counts as one what is there. The n-grams are a tree: an entry of links is the first child, the number of children and the score
 * or -1, of the root and then of each node; values are the nodes' elements, ascending among the children of one.
 */
#ifndef EDGEAI_NGRAMS_H
#define EDGEAI_NGRAMS_H

#include <stdint.h>

#include "edgeai_element.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_ngrams_params {
    int32_t rows;
    int32_t length;
    int32_t type;
    int32_t scores;
    int32_t least;
    int32_t most;
    int32_t skips;
    int32_t only_presence;
} edgeai_ngrams_params;

void edgeai_ngrams(const edgeai_ngrams_params *p, const void *x, const int64_t *values, const int32_t *links, const float *weights, float *result);

#ifdef __cplusplus
}
#endif

#endif
