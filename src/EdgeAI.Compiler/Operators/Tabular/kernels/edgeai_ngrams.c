#include "edgeai_ngrams.h"

#define ENTRIES 3

/* The entry of the child that holds a value; 0, which is the root's, where there is none. */
static int32_t child(const int32_t *link, const int64_t *values, int64_t value)
{
    int32_t first = link[0];
    int32_t end = link[0] + link[1];
    while (first < end) {
        const int32_t middle = first + (end - first) / 2;
        if (values[middle] == value) {
            return middle + 1;
        }
        if (values[middle] < value) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return 0;
}

static void count_from(const edgeai_ngrams_params *p, const void *x, const int64_t *values, const int32_t *links, int32_t place, int32_t end,
                       int32_t distance, float *scores)
{
    const int32_t least = distance > 1 && p->least < 2 ? 2 : p->least;
    const int32_t *link = links;
    for (int32_t count = 1; count <= p->most && place < end; count++) {
        const int32_t entry = child(link, values, edgeai_element_integer(x, p->type, place));
        if (entry == 0) {
            return;
        }
        link = links + entry * ENTRIES;
        if (count >= least && link[2] >= 0) {
            scores[link[2]] += 1.0f;
        }
        if (distance >= end - place) {
            return;
        }
        place += distance;
    }
}

void edgeai_ngrams(const edgeai_ngrams_params *p, const void *x, const int64_t *values, const int32_t *links, const float *weights, float *result)
{
    const int32_t most_distance = p->skips < p->length ? p->skips + 1 : p->length;
    for (int32_t row = 0; row < p->rows; row++) {
        float *scores = result + row * p->scores;
        const int32_t end = (row + 1) * p->length;
        for (int32_t i = 0; i < p->scores; i++) {
            scores[i] = 0.0f;
        }
        for (int32_t distance = 1; distance <= most_distance; distance++) {
            for (int32_t place = row * p->length; place < end; place++) {
                count_from(p, x, values, links, place, end, distance, scores);
            }
        }
        for (int32_t i = 0; i < p->scores; i++) {
            scores[i] = (p->only_presence != 0 && scores[i] > 1.0f ? 1.0f : scores[i]) * weights[i];
        }
    }
}
