/* Classifies recordings the network was not trained on and compares every probability with the reference's. */
#include <string.h>

#include "edgeai_firmware.h"
#include "semihosting.h"
#include "test_inputs.h"

_Static_assert(KEYWORDS_INPUT_COUNT == 1u && KEYWORDS_INPUT_0_SIZE == TEST_INPUT_SIZE, "the model's input changed");
_Static_assert(KEYWORDS_OUTPUT_COUNT == 1u && KEYWORDS_OUTPUT_0_SIZE == LABEL_COUNT, "the model's output changed");

static keywords_arena arena;

static unsigned most_probable(const int8_t *probabilities)
{
    unsigned best = 0;
    for (unsigned i = 1; i < LABEL_COUNT; i++) {
        if (probabilities[i] > probabilities[best]) {
            best = i;
        }
    }
    return best;
}

int main(void)
{
    unsigned mismatches = 0;
    keywords_init(&arena);
    for (unsigned i = 0; i < TEST_INPUT_COUNT; i++) {
        memcpy(keywords_input(&arena, 0), test_inputs[i], TEST_INPUT_SIZE);
        keywords_run(&arena);
        const int8_t *probabilities = keywords_output(&arena, 0);
        const unsigned predicted = most_probable(probabilities);

        semihosting_print("spoken: ");
        semihosting_print(label_names[spoken_labels[i]]);
        semihosting_print("  heard: ");
        semihosting_print(label_names[predicted]);
        semihosting_print(" (");
        semihosting_print_number((unsigned)(probabilities[predicted] + 128) * 100u / 256u);
        semihosting_print(" %)");
        if (memcmp(probabilities, expected_outputs[i], LABEL_COUNT) != 0) {
            mismatches++;
            semihosting_print("  differs from the reference, which heard: ");
            semihosting_print(label_names[most_probable(expected_outputs[i])]);
        }
        semihosting_print("\n");
    }
    semihosting_print(mismatches == 0u ? "all results as expected\n" : "results differ\n");
    return mismatches == 0u ? 0 : 1;
}
