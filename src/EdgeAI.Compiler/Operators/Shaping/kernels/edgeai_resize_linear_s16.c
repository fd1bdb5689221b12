#include "edgeai_resize_linear_s16.h"

void edgeai_resize_linear_s16(const edgeai_resize_linear_s16_params *p, const int16_t *x, int16_t *result)
{
    for (int32_t batch = 0; batch < p->batches; batch++) {
        for (int32_t i = 0; i < p->height; i++) {
            const int32_t above = (batch * p->height_x + p->rows_lower[i]) * p->width_x;
            const int32_t below = (batch * p->height_x + p->rows_upper[i]) * p->width_x;
            const int32_t down = p->rows_fraction[i];
            for (int32_t j = 0; j < p->width; j++) {
                const int32_t left = p->columns_lower[j];
                const int32_t right = p->columns_upper[j];
                const int32_t across = p->columns_fraction[j];
                for (int32_t c = 0; c < p->channels; c++) {
                    const int64_t top_left = (int64_t)x[(above + left) * p->channels + c] * (16384 - down) * (16384 - across);
                    const int64_t bottom_left = (int64_t)x[(below + left) * p->channels + c] * down * (16384 - across);
                    const int64_t top_right = (int64_t)x[(above + right) * p->channels + c] * (16384 - down) * across;
                    const int64_t bottom_right = (int64_t)x[(below + right) * p->channels + c] * down * across;
                    const int64_t sum = top_left + bottom_left + top_right + bottom_right;
                    *result++ = (int16_t)((sum + (sum > 0 ? 134217728 : -134217728)) / 268435456);
                }
            }
        }
    }
}
