#include "edgeai_non_max_suppression.h"

#include <math.h>
#include <stddef.h>

/* The box that follows in the order of scores, or -1. */
static int32_t next(const edgeai_non_max_suppression_params *p, const float *scores, int32_t last, const float *least)
{
    int32_t best = -1;
    for (int32_t i = 0; i < p->boxes; i++) {
        const int is_behind = last < 0 || scores[i] < scores[last] || (scores[i] <= scores[last] && i > last);
        const int is_high = least == NULL ? !isnan(scores[i]) : scores[i] > *least;
        if (is_high && is_behind && (best < 0 || scores[i] > scores[best])) {
            best = i;
        }
    }
    return best;
}

static void extent(const float *box, int32_t axis, int32_t centered, float *low, float *high)
{
    const float from = centered != 0 ? box[axis] - box[axis + 2] / 2.0f : box[axis];
    const float to = centered != 0 ? box[axis] + box[axis + 2] / 2.0f : box[axis + 2];
    *low = from < to ? from : to;
    *high = from < to ? to : from;
}

static int is_over(const float *a, const float *b, int32_t centered, float share)
{
    float intersection = 1.0f;
    float area_a = 1.0f;
    float area_b = 1.0f;
    for (int32_t axis = 0; axis < 2; axis++) {
        float low_a;
        float high_a;
        float low_b;
        float high_b;
        extent(a, axis, centered, &low_a, &high_a);
        extent(b, axis, centered, &low_b, &high_b);
        const float width = (high_a < high_b ? high_a : high_b) - (low_a > low_b ? low_a : low_b);
        intersection *= width > 0.0f ? width : 0.0f;
        area_a *= high_a - low_a;
        area_b *= high_b - low_b;
    }
    return area_a > 0.0f && area_b > 0.0f && intersection > 0.0f && intersection / (area_a + area_b - intersection) > share;
}

void edgeai_non_max_suppression(const edgeai_non_max_suppression_params *p, const float *boxes, const float *scores, const int64_t *most,
                                const float *share, const float *least, int64_t *result)
{
    int32_t rows = 0;
    for (int32_t i = 0; i < p->count * 3; i++) {
        result[i] = -1;
    }
    for (int32_t group = 0; group < p->batches * p->classes; group++) {
        const int32_t batch = group / p->classes;
        const float *corners = boxes + batch * p->boxes * 4;
        const int32_t first = rows;
        int32_t last = -1;
        while (rows < p->count && most != NULL && rows - first < *most) {
            int is_kept = 1;
            last = next(p, scores + group * p->boxes, last, least);
            if (last < 0) {
                break;
            }
            for (int32_t row = first; row < rows; row++) {
                is_kept &= !is_over(corners + last * 4, corners + result[row * 3 + 2] * 4, p->centered, share == NULL ? 0.0f : *share);
            }
            if (is_kept) {
                result[rows * 3] = batch;
                result[rows * 3 + 1] = group % p->classes;
                result[rows * 3 + 2] = last;
                rows++;
            }
        }
    }
}
