// One run of a model with TensorFlow Lite Micro on an emulated board: reads cases.bin, writes outputs.bin and figures.bin (uint32: ticks of an
// empty window, of one run, of initialization, bytes of the arena in use).
#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

extern "C" {
#include "edgeai_harness.h"
extern const unsigned char peer_model[];
}

// The models of the table: MLPerf Tiny and a wake word. What other models take is not registered.
alignas(16) static uint8_t arena[192 * 1024];

extern "C" int harness_main(void)
{
    uint32_t figures[4];
    uint32_t start = harness_ticks();
    figures[0] = harness_ticks() - start;
    start = harness_ticks();
    tflite::MicroMutableOpResolver<8> resolver;
    resolver.AddAdd();
    resolver.AddAveragePool2D();
    resolver.AddConv2D();
    resolver.AddDepthwiseConv2D();
    resolver.AddFullyConnected();
    resolver.AddMaxPool2D();
    resolver.AddReshape();
    resolver.AddSoftmax();
    tflite::MicroInterpreter interpreter(tflite::GetModel(peer_model), resolver, arena, sizeof arena);
    if (interpreter.AllocateTensors() != kTfLiteOk) {
        return 10;
    }
    figures[2] = harness_ticks() - start;
    figures[3] = static_cast<uint32_t>(interpreter.arena_used_bytes());
    int file = harness_open("cases.bin", HARNESS_READ);
    for (size_t i = 0; i < interpreter.inputs_size(); i++) {
        if (file < 0 || harness_read(file, interpreter.input(i)->data.raw, interpreter.input(i)->bytes) != 0) {
            return 11;
        }
    }
    harness_close(file);
    start = harness_ticks();
    if (interpreter.Invoke() != kTfLiteOk) {
        return 12;
    }
    figures[1] = harness_ticks() - start;
    file = harness_open("outputs.bin", HARNESS_WRITE);
    for (size_t i = 0; i < interpreter.outputs_size(); i++) {
        if (file < 0 || harness_write(file, interpreter.output(i)->data.raw, interpreter.output(i)->bytes) != 0) {
            return 13;
        }
    }
    harness_close(file);
    file = harness_open("figures.bin", HARNESS_WRITE);
    if (file < 0 || harness_write(file, figures, sizeof figures) != 0) {
        return 14;
    }
    harness_close(file);
    return 0;
}
