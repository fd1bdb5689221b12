"""Writes firmware/test_inputs.h: the first test recording of every label, with what the reference predicts for it."""

from pathlib import Path

import numpy as np

from record_words import LABELS

SAMPLE = Path(__file__).resolve().parent.parent


def main():
    inputs, outputs, labels = (np.load(SAMPLE / f"data/test/{name}.npy") for name in ("input_0", "output_0", "labels"))
    chosen = [int(np.flatnonzero(labels == label)[0]) for label in range(len(LABELS))]
    lines = ["/* Written by train/embed_inputs.py from data/test. */",
             "#ifndef TEST_INPUTS_H",
             "#define TEST_INPUTS_H",
             "#include <stdint.h>",
             "",
             f"#define TEST_INPUT_COUNT {len(chosen)}u",
             f"#define TEST_INPUT_SIZE {inputs[0].size}u",
             f"#define LABEL_COUNT {len(LABELS)}u",
             "",
             "static const char *const label_names[LABEL_COUNT] = {",
             "    " + ", ".join(f'"{name}"' for name in LABELS) + ",",
             "};",
             "",
             "/* What was spoken, and the int8 probabilities of the reference (scale 1/256, zero point -128). */",
             "static const uint8_t spoken_labels[TEST_INPUT_COUNT] = {" + ", ".join(str(labels[i]) for i in chosen) + "};",
             "",
             "static const int8_t expected_outputs[TEST_INPUT_COUNT][LABEL_COUNT] = {"]
    lines += ["    {" + ", ".join(str(v) for v in outputs[i]) + "}," for i in chosen]
    lines += ["};", "", "static const int8_t test_inputs[TEST_INPUT_COUNT][TEST_INPUT_SIZE] = {"]
    for i in chosen:
        values = inputs[i].ravel()
        lines.append(f"    {{ /* \"{LABELS[labels[i]]}\", test recording {i} */")
        lines += ["        " + ", ".join(str(v) for v in values[start:start + 16]) + ","
                  for start in range(0, len(values), 16)]
        lines.append("    },")
    lines += ["};", "", "#endif", ""]
    (SAMPLE / "firmware/test_inputs.h").write_text("\n".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
