#include "edgeai_masked_softmax_f32.h"

static int32_t is_left(const edgeai_masked_softmax_f32_params *p, uint8_t mask)
{
    return (mask != 0u ? 1 : 0) != p->masked_where;
}

void edgeai_masked_softmax_f32(const edgeai_masked_softmax_f32_params *p, const float *x, const uint8_t *mask, float *y)
{
    int32_t mask_row = 0;
    for (int32_t row = 0; row < p->rows; row++) {
        const uint8_t *const leaves = mask + mask_row * p->depth;
        float maximum = -INFINITY;
        float sum = 0.0f;
        int32_t left = 0;
        for (int32_t i = 0; i < p->depth; i++) {
            if (is_left(p, leaves[i])) {
                left++;
                maximum = x[i] > maximum ? x[i] : maximum;
            }
        }
        for (int32_t i = 0; i < p->depth; i++) {
            y[i] = is_left(p, leaves[i]) ? expf((x[i] - maximum) * p->beta) : 0.0f;
            sum += y[i];
        }
        for (int32_t i = 0; i < p->depth; i++) {
            y[i] = left != 0 ? y[i] / sum : p->share_without;
        }
        x += p->depth;
        y += p->depth;
        mask_row = mask_row + 1 == p->mask_rows ? 0 : mask_row + 1;
    }
}
