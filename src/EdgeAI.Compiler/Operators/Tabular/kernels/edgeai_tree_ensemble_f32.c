#include "edgeai_tree_ensemble_f32.h"

#include <math.h>

#define ENTRIES 5
#define LEAF 6

static int holds(const int32_t *node, float feature, float value)
{
    if (isnan(feature)) {
        return node[4] != 0 || node[1] == 5;
    }
    switch (node[1]) {
    case 0:
        return feature <= value;
    case 1:
        return feature < value;
    case 2:
        return feature >= value;
    case 3:
        return feature > value;
    case 4:
        return feature <= value && feature >= value;
    default:
        return !(feature <= value && feature >= value);
    }
}

static float combined(int32_t aggregation, float score, float weight)
{
    if (aggregation < 2) {
        return score + weight;
    }
    return isnan(score) || (aggregation == 2 ? weight < score : weight > score) ? weight : score;
}

void edgeai_tree_ensemble_f32(const edgeai_tree_ensemble_f32_params *p, const float *x, const int32_t *nodes, const float *values,
                              const int32_t *targets, const float *weights, const int32_t *roots, const float *base, float *result)
{
    for (int32_t row = 0; row < p->rows; row++) {
        float *scores = result + row * p->targets;
        for (int32_t i = 0; i < p->targets; i++) {
            scores[i] = p->aggregation < 2 ? 0.0f : NAN;
        }
        for (int32_t tree = 0; tree < p->trees; tree++) {
            int32_t at = roots[tree];
            const int32_t *node = nodes + at * ENTRIES;
            while (node[1] != LEAF) {
                at = holds(node, x[row * p->features + node[0]], values[at]) ? node[2] : node[3];
                node = nodes + at * ENTRIES;
            }
            for (int32_t i = node[0]; i < node[0] + node[2]; i++) {
                scores[targets[i]] = combined(p->aggregation, scores[targets[i]], weights[i]);
            }
        }
        for (int32_t i = 0; i < p->targets; i++) {
            const float score = p->aggregation >= 2 && isnan(scores[i]) ? 0.0f : scores[i];
            scores[i] = (p->aggregation == 1 ? score / (float)p->trees : score) + base[i];
        }
    }
}
