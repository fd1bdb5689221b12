/* Probabilities of classes from those of each pair of them, by libsvm's rounds. */
#ifndef EDGEAI_PAIRWISE_COUPLING_F32_H
#define EDGEAI_PAIRWISE_COUPLING_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_pairwise_coupling_f32_params {
    int32_t rows;
    int32_t classes;
    int32_t rounds; /* at most */
    float tolerance;
} edgeai_pairwise_coupling_f32_params;

/* x [rows, classes * (classes - 1) / 2], y [rows, classes], scratch of classes * (classes + 1) floats. */
void edgeai_pairwise_coupling_f32(const edgeai_pairwise_coupling_f32_params *p, const float *x, float *y, void *scratch);

#ifdef __cplusplus
}
#endif

#endif
