/* What a sum of products reads of its operand. */
#ifndef EDGEAI_REACH_F32_H
#define EDGEAI_REACH_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Lines of runs of count floats. */
typedef struct edgeai_reach_f32 {
    int32_t lines;
    int32_t line_step; /* floats from a line to the next */
    int32_t runs;
    int32_t run_step; /* floats from a run of a line to the next */
    int32_t count;
    int32_t first; /* depth index of the first weights */
    int32_t between; /* depth indices behind each run that are left out */
    int32_t left_out; /* depth indices behind each line that are left out, besides those behind its last run */
    int32_t row_step; /* floats from what a row reads to what the next reads */
} edgeai_reach_f32;

#ifdef __cplusplus
}
#endif

#endif
