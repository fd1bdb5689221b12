#include "edgeai_detection_post_process.h"

#include <math.h>
#include <string.h>

typedef struct {
    const edgeai_detection_post_process_params *p;
    const float *scores; /* behind the background */
    const float *corners;
    float *left;
    float *boxes;
    float *classes;
    float *rows;
} detection;

static void decode(const edgeai_detection_post_process_params *p, const float *e, const float *anchor, float *corner)
{
    const float y = (float)((double)e[0] / (double)p->scale_y * (double)anchor[2] + (double)anchor[0]);
    const float x = (float)((double)e[1] / (double)p->scale_x * (double)anchor[3] + (double)anchor[1]);
    const float height = (float)(0.5 * exp((double)e[2] / (double)p->scale_height) * (double)anchor[2]);
    const float width = (float)(0.5 * exp((double)e[3] / (double)p->scale_width) * (double)anchor[3]);
    corner[0] = y - height;
    corner[1] = x - width;
    corner[2] = y + height;
    corner[3] = x + width;
}

static float share(const float *a, const float *b)
{
    const float area_a = (a[2] - a[0]) * (a[3] - a[1]);
    const float area_b = (b[2] - b[0]) * (b[3] - b[1]);
    if (!(area_a > 0.0f) || !(area_b > 0.0f)) {
        return 0.0f;
    }
    const float height = (a[2] < b[2] ? a[2] : b[2]) - (a[0] > b[0] ? a[0] : b[0]);
    const float width = (a[3] < b[3] ? a[3] : b[3]) - (a[1] > b[1] ? a[1] : b[1]);
    const float both = (height > 0.0f ? height : 0.0f) * (width > 0.0f ? width : 0.0f);
    return both / (area_a + area_b - both);
}

/* The class that follows in the order of scores. */
static int32_t next(const float *scores, int32_t count, int32_t last)
{
    int32_t best = -1;
    for (int32_t i = 0; i < count; i++) {
        const int is_behind = last < 0 || scores[i] < scores[last] || (scores[i] <= scores[last] && scores[i] >= scores[last] && i > last);
        if (is_behind && (best < 0 || scores[i] > scores[best])) {
            best = i;
        }
    }
    return best < 0 ? 0 : best;
}

/* Takes the box with the highest score, and those that it covers too much, out of those left. */
static int32_t take(const detection *d)
{
    const edgeai_detection_post_process_params *p = d->p;
    int32_t best = -1;
    for (int32_t i = 0; i < p->boxes; i++) {
        if (d->left[i] >= p->least_score && (best < 0 || d->left[i] > d->left[best])) {
            best = i;
        }
    }
    for (int32_t i = 0; best >= 0 && i < p->boxes; i++) {
        if (i == best || (!isnan(d->left[i]) && share(d->corners + 4 * best, d->corners + 4 * i) > p->most_share)) {
            d->left[i] = NAN;
        }
    }
    return best;
}

static void put(const detection *d, int32_t row, int32_t box, int32_t index, float score)
{
    memcpy(d->boxes + 4 * row, d->corners + 4 * box, 4 * sizeof(float));
    d->classes[row] = (float)index;
    d->rows[row] = score;
}

static int32_t best_classes(const detection *d)
{
    const edgeai_detection_post_process_params *p = d->p;
    int32_t count = 0;
    for (int32_t box = 0; box < p->boxes; box++) {
        const float *own = d->scores + box * p->scores;
        d->left[box] = own[next(own, p->classes, -1)];
    }
    while (count < p->detections * p->classes_of_detection) {
        const int32_t box = take(d);
        if (box < 0) {
            break;
        }
        const float *own = d->scores + box * p->scores;
        int32_t index = -1;
        for (int32_t i = 0; i < p->classes_of_detection; i++) {
            index = next(own, p->classes, index);
            put(d, count++, box, index, own[index]);
        }
    }
    return count;
}

static int32_t each_class(const detection *d)
{
    const edgeai_detection_post_process_params *p = d->p;
    int32_t count = 0;
    for (int32_t index = 0; index < p->classes; index++) {
        for (int32_t box = 0; box < p->boxes; box++) {
            d->left[box] = d->scores[box * p->scores + index];
        }
        for (int32_t kept = 0; kept < p->detections_of_class; kept++) {
            const int32_t box = take(d);
            if (box < 0) {
                break;
            }
            const float score = d->scores[box * p->scores + index];
            int32_t at = count;
            while (at > 0 && d->rows[at - 1] < score) {
                at--;
            }
            if (at == p->detections) {
                break;
            }
            count = count < p->detections ? count + 1 : p->detections;
            const size_t behind = (size_t)(count - 1 - at);
            memmove(d->boxes + 4 * (at + 1), d->boxes + 4 * at, behind * 4 * sizeof(float));
            memmove(d->classes + at + 1, d->classes + at, behind * sizeof(float));
            memmove(d->rows + at + 1, d->rows + at, behind * sizeof(float));
            put(d, at, box, index, score);
        }
    }
    return count;
}

void edgeai_detection_post_process(const edgeai_detection_post_process_params *p, const float *encodings, const float *scores, const float *anchors,
                                   float *result, float *scratch)
{
    const int32_t rows = p->detections * p->classes_of_detection;
    float *corners = scratch;
    for (int32_t box = 0; box < p->boxes; box++) {
        decode(p, encodings + box * p->encoding, anchors + 4 * box, corners + 4 * box);
    }
    for (int32_t i = 0; i < 6 * rows; i++) {
        result[i] = 0.0f;
    }
    const detection d = {p, scores + (p->scores - p->classes), corners, corners + 4 * p->boxes, result, result + 4 * rows, result + 5 * rows};
    result[6 * rows] = (float)(p->by_class != 0 ? each_class(&d) : best_classes(&d));
}
