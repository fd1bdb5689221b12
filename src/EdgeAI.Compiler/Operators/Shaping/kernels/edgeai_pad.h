/* result = x with elements around it: one value, the mirrored inside, or the repeated edge. */
#ifndef EDGEAI_PAD_H
#define EDGEAI_PAD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_PAD_AXES 8
#define EDGEAI_PAD_CONSTANT 0
#define EDGEAI_PAD_REFLECT 1
#define EDGEAI_PAD_EDGE 2

/* Innermost axis first; before elements of the results on an axis lie in front of the extents of x. */
typedef struct edgeai_pad_params {
    int32_t axes;
    int32_t extents[EDGEAI_PAD_AXES];
    int32_t before[EDGEAI_PAD_AXES];
    int32_t results[EDGEAI_PAD_AXES];
    int32_t mode;
    int32_t element_size;
    uint8_t value[8];
} edgeai_pad_params;

void edgeai_pad(const edgeai_pad_params *p, const void *x, void *result);

#ifdef __cplusplus
}
#endif

#endif
