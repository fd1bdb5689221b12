#include "edgeai_resize_linear_s8.h"

void edgeai_resize_linear_s8(const edgeai_resize_linear_s8_params *p, const int8_t *x, int8_t *result)
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
                    const int32_t top_left = x[(above + left) * p->channels + c] * (1024 - down) * (1024 - across);
                    const int32_t bottom_left = x[(below + left) * p->channels + c] * down * (1024 - across);
                    const int32_t top_right = x[(above + right) * p->channels + c] * (1024 - down) * across;
                    const int32_t bottom_right = x[(below + right) * p->channels + c] * down * across;
                    const int32_t sum = top_left + bottom_left + top_right + bottom_right;
                    *result++ = (int8_t)((sum + (sum > 0 ? 524288 : -524288)) / 1048576);
                }
            }
        }
    }
}
