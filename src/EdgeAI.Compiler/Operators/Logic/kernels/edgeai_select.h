/* result = condition ? yes : no, element by element; extents of 1 repeat. Outermost axis first, strides in elements. */
#ifndef EDGEAI_SELECT_H
#define EDGEAI_SELECT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_SELECT_AXES 8

typedef struct edgeai_select_params {
    int32_t axes;
    int32_t element_size;
    int32_t count;
    int32_t extents[EDGEAI_SELECT_AXES];
    int32_t strides_0[EDGEAI_SELECT_AXES];
    int32_t strides_1[EDGEAI_SELECT_AXES];
    int32_t strides_2[EDGEAI_SELECT_AXES];
} edgeai_select_params;

void edgeai_select(const edgeai_select_params *p, const uint8_t *condition, const void *yes, const void *no, void *result);

#ifdef __cplusplus
}
#endif

#endif
