#include "edgeai_resize_linear_f32.h"

void edgeai_resize_linear_f32(const edgeai_resize_linear_f32_params *p, const float *x, float *result)
{
    for (int32_t batch = 0; batch < p->batches; batch++) {
        for (int32_t i = 0; i < p->height; i++) {
            const int32_t above = (batch * p->height_x + p->rows_lower[i]) * p->width_x;
            const int32_t below = (batch * p->height_x + p->rows_upper[i]) * p->width_x;
            const float down = p->rows_fraction[i];
            for (int32_t j = 0; j < p->width; j++) {
                const int32_t left = p->columns_lower[j];
                const int32_t right = p->columns_upper[j];
                const float across = p->columns_fraction[j];
                for (int32_t c = 0; c < p->channels; c++) {
                    const float top_left = x[(above + left) * p->channels + c] * (1.0f - down) * (1.0f - across);
                    const float bottom_left = x[(below + left) * p->channels + c] * down * (1.0f - across);
                    const float top_right = x[(above + right) * p->channels + c] * (1.0f - down) * across;
                    const float bottom_right = x[(below + right) * p->channels + c] * down * across;
                    *result++ = top_left + bottom_left + top_right + bottom_right;
                }
            }
        }
    }
}
