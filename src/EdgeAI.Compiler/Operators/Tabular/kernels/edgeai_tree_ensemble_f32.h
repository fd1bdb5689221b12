/*
 * result = what the leaves weigh that rows of x reach: aggregation 0 sum, 1 mean over the trees, 2 the smallest, 3 the largest. A node is five integers:
 * feature, branch (<=, <, >=, >, ==, !=, leaf), the node where it holds, the node where not, 1 where it holds for NaN; a leaf the first of its weights
 * and, third, their number.
 */
#ifndef EDGEAI_TREE_ENSEMBLE_F32_H
#define EDGEAI_TREE_ENSEMBLE_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_tree_ensemble_f32_params {
    int32_t rows;
    int32_t features;
    int32_t targets;
    int32_t trees;
    int32_t aggregation;
} edgeai_tree_ensemble_f32_params;

void edgeai_tree_ensemble_f32(const edgeai_tree_ensemble_f32_params *p, const float *x, const int32_t *nodes, const float *values,
                              const int32_t *targets, const float *weights, const int32_t *roots, const float *base, float *result);

#ifdef __cplusplus
}
#endif

#endif
