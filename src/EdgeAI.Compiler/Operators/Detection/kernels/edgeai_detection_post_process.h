/*
 * Boxes from encodings (y, x, height, width) relative to anchors, without those that are covered too much by one with a higher score. The result is
 * detections * classes_of_detection boxes (top, left, bottom, right), as many classes and scores, and the number in use; others are 0.
 */
#ifndef EDGEAI_DETECTION_POST_PROCESS_H
#define EDGEAI_DETECTION_POST_PROCESS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeai_detection_post_process_params {
    int32_t boxes;
    int32_t encoding; /* floats of an encoding; the first four are read */
    int32_t scores;   /* floats of a box's scores; those in front of the classes are not read */
    int32_t classes;
    int32_t detections;
    int32_t classes_of_detection;
    int32_t detections_of_class;
    int32_t by_class;
    float least_score;
    float most_share;
    float scale_y;
    float scale_x;
    float scale_height;
    float scale_width;
} edgeai_detection_post_process_params;

/* Scratch: five floats a box. */
void edgeai_detection_post_process(const edgeai_detection_post_process_params *p, const float *encodings, const float *scores, const float *anchors,
                                   float *result, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
