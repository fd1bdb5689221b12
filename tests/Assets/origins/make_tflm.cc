// Writes tflm_vectors.txt: what TensorFlow Lite Micro's reference kernels compute on random integers.
//
//   g++ -std=c++17 -O1 -DTF_LITE_STATIC_MEMORY -I TFLM -I GEMMLOWP -I FLATBUFFERS/include -I RUY make_tflm.cc
//       TFLM/tensorflow/lite/kernels/internal/quantization_util.cc TFLM/tensorflow/lite/micro/kernels/decode_state_*[!t].cc
//       (and what these need of TFLM/tensorflow/lite) -o make_tflm && ./make_tflm > tflm_vectors.txt
//
// Lines of arithmetic: name, scale and zero point of the operands and of the result, then the operands and the result as hexadecimal bytes.
// Lines of TFLM_DECODE: type, rows, columns, channels (0: no quantization), their axis and zero points, then packed bytes, description and result.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/internal/reference/add_n.h"
#include "tensorflow/lite/micro/kernels/decode_state_huffman.h"
#include "tensorflow/lite/micro/kernels/decode_state_lut.h"
#include "tensorflow/lite/micro/kernels/decode_state_prune.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace {

std::mt19937 random_bits(1);

float Uniform(float low, float high) { return low + (high - low) * static_cast<float>(random_bits()) / 4294967296.0f; }

void Print(const std::vector<int8_t>& bytes) {
  std::printf(" ");
  for (int8_t byte : bytes) {
    std::printf("%02x", static_cast<uint8_t>(byte));
  }
}

void AddN(int operands) {
  constexpr int kCount = 24;
  constexpr int kLeftShift = 20;
  const float scale = Uniform(0.01f, 0.2f);
  const float result_scale = scale * Uniform(0.5f, 1.5f) * static_cast<float>(operands);
  const int zero_point = static_cast<int>(random_bits() % 256) - 128;
  const int result_zero_point = static_cast<int>(random_bits() % 256) - 128;
  std::vector<std::vector<int8_t>> x(operands, std::vector<int8_t>(kCount));
  std::vector<const int8_t*> pointers;
  for (auto& operand : x) {
    for (auto& value : operand) {
      value = static_cast<int8_t>(random_bits());
    }
    pointers.push_back(operand.data());
  }
  tflite::ArithmeticParams params = {};
  params.left_shift = kLeftShift;
  params.input1_offset = -zero_point;
  params.output_offset = result_zero_point;
  const double twice = 2 * static_cast<double>(scale);
  tflite::QuantizeMultiplierSmallerThanOneExp(static_cast<double>(scale) / twice, &params.input1_multiplier, &params.input1_shift);
  tflite::QuantizeMultiplierSmallerThanOneExp(twice / ((1 << kLeftShift) * static_cast<double>(result_scale)), &params.output_multiplier,
                                              &params.output_shift);
  params.quantized_activation_min = -128;
  params.quantized_activation_max = 127;
  std::vector<int8_t> result(kCount);
  tflite::reference_ops::AddN(params, tflite::RuntimeShape({1, kCount}), operands, pointers.data(), result.data());
  std::printf("ADD_N %.9g %d %.9g %d", scale, zero_point, result_scale, result_zero_point);
  for (const auto& operand : x) {
    Print(operand);
  }
  Print(result);
  std::printf("\n");
}

// TensorFlow Lite's table of a function, over all 256 operands for which the function has a value.
void Table(const char* name, float (*function)(float), float scale, int zero_point, float result_scale, int result_zero_point) {
  std::vector<int8_t> table(256);
  tflite::LUTPopulate<int8_t>(scale, zero_point, result_scale, result_zero_point, function, table.data());
  std::vector<int8_t> x;
  std::vector<int8_t> result;
  for (int value = -128; value < 128; value++) {
    if (std::isfinite(function(scale * static_cast<float>(value - zero_point)))) {
      x.push_back(static_cast<int8_t>(value));
      result.push_back(table[static_cast<uint8_t>(static_cast<int8_t>(value))]);
    }
  }
  std::printf("%s %.9g %d %.9g %d", name, scale, zero_point, result_scale, result_zero_point);
  Print(x);
  Print(result);
  std::printf("\n");
}

// Gives memory, which is all that unpacking asks for.
class Memory : public tflite::MicroContext {
 public:
  void* AllocatePersistentBuffer(size_t bytes) override {
    buffers_.emplace_back(bytes);
    return buffers_.back().data();
  }
  TfLiteStatus RequestScratchBufferInArena(size_t, int*) override { return kTfLiteError; }
  void* GetScratchBuffer(int) override { return nullptr; }
  TfLiteTensor* AllocateTempTfLiteTensor(int) override { return nullptr; }
  void DeallocateTempTfLiteTensor(TfLiteTensor*) override {}
  uint8_t* AllocateTempBuffer(size_t, size_t) override { return nullptr; }
  void DeallocateTempBuffer(uint8_t*) override {}
  TfLiteEvalTensor* GetEvalTensor(int) override { return nullptr; }
  TfLiteStatus set_external_context(void*) override { return kTfLiteError; }
  void* external_context() override { return nullptr; }
  tflite::MicroGraph& graph() override { std::abort(); }
  ~Memory() override = default;
  void operator delete(void*) {}

 private:
  std::vector<std::vector<uint8_t>> buffers_;
};

template <int kValues>
struct Array {
  TfLiteIntArray* Get() { return reinterpret_cast<TfLiteIntArray*>(this); }
  int size = kValues;
  int values[kValues] = {};
};

// Unpacks random bytes as TFLM_DECODE does.
template <typename State>
void Decode(TfLiteType type, int size, int rows, int columns, int channels, int axis, bool zero_points, std::vector<uint8_t> packed,
            std::vector<uint8_t> description) {
  Array<2> shape;
  shape.values[0] = rows;
  shape.values[1] = columns;
  Array<1> packed_shape;
  Array<1> description_shape;
  packed_shape.values[0] = static_cast<int>(packed.size());
  description_shape.values[0] = static_cast<int>(description.size());
  std::vector<int> zeros(1 + 64);
  std::vector<float> scales(1 + 64);
  zeros[0] = channels;
  *reinterpret_cast<int*>(scales.data()) = channels;
  for (int i = 0; i < channels; i++) {
    zeros[1 + i] = zero_points ? static_cast<int>(random_bits() % 256) - 128 : 0;
    scales[1 + i] = 0.5f + static_cast<float>(i);
  }
  TfLiteAffineQuantization quantization = {reinterpret_cast<TfLiteFloatArray*>(scales.data()), reinterpret_cast<TfLiteIntArray*>(zeros.data()), axis};
  TfLiteTensor output = {};
  output.type = type;
  output.dims = shape.Get();
  if (channels > 0) {
    output.quantization = {kTfLiteAffineQuantization, &quantization};
  }
  std::vector<int64_t> storage(static_cast<size_t>(rows * columns));
  output.data.data = storage.data();
  TfLiteTensor input = {};
  input.type = kTfLiteUInt8;
  input.dims = packed_shape.Get();
  input.data.data = packed.data();
  TfLiteTensor ancillary = input;
  ancillary.dims = description_shape.Get();
  ancillary.data.data = description.data();
  TfLiteEvalTensor in = {input.data, input.dims, kTfLiteUInt8};
  TfLiteEvalTensor about = {ancillary.data, ancillary.dims, kTfLiteUInt8};
  TfLiteEvalTensor out = {output.data, output.dims, type};
  Memory memory;
  TfLiteContext context = {};
  context.impl_ = &memory;
  struct Reachable : State {
    using State::State;
    ~Reachable() = default;
    void operator delete(void*) {}
  } state(&context, nullptr);
  if (state.Setup(input, ancillary, output) != kTfLiteOk || state.Decode(in, about, out) != kTfLiteOk) {
    std::fprintf(stderr, "not decoded\n");
    return;
  }
  std::printf("TFLM_DECODE %d %d %d %d %d ", type, rows, columns, channels, axis);
  for (int i = 0; i < channels; i++) {
    std::printf("%s%d", i == 0 ? "" : ",", zeros[1 + i]);
  }
  std::printf("%s", channels == 0 ? "-" : "");
  const auto* bytes = reinterpret_cast<const int8_t*>(storage.data());
  Print(std::vector<int8_t>(packed.begin(), packed.end()));
  Print(std::vector<int8_t>(description.begin(), description.end()));
  Print(std::vector<int8_t>(bytes, bytes + rows * columns * size));
  std::printf("\n");
}

std::vector<uint8_t> Bytes(int count) {
  std::vector<uint8_t> bytes(static_cast<size_t>(count));
  for (auto& byte : bytes) {
    byte = static_cast<uint8_t>(random_bits());
  }
  return bytes;
}

void Append(std::vector<uint8_t>& to, const std::vector<uint8_t>& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void Tables(TfLiteType type, int size, int rows, int columns, int channels, int axis, int bits) {
  const int tables = channels == 0 ? 1 : channels;
  std::vector<uint8_t> description = {0, 1, 0, 0, 1, static_cast<uint8_t>(bits), static_cast<uint8_t>(1 << bits), 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Append(description, Bytes((size << bits) * tables));
  // 16 bytes more, which optimized loops may read.
  Decode<tflite::DecodeStateLut>(type, size, rows, columns, channels, axis, false, Bytes((rows * columns * bits + 7) / 8 + 16), description);
}

void Pruned(TfLiteType type, int size, int rows, int columns, int channels, int axis, bool zero_points) {
  std::vector<uint8_t> description = {2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Append(description, Bytes(size * rows * columns));
  Decode<tflite::DecodeStatePrune>(type, size, rows, columns, channels, axis, zero_points, Bytes((rows * columns + 7) / 8), description);
}

// A random complete prefix code: a first table of 2^first_bits entries, and tables of 2^2 behind those of its entries that are no words.
void Huffman(TfLiteType type, int size, bool wide, int first_bits) {
  constexpr int kCount = 61;
  const int shift = wide ? 27 : 11;
  const uint32_t found = wide ? 0x80000000u : 0x8000u;
  const uint32_t value_mask = size == 1 ? 0xFFu : 0xFFFFu;
  std::vector<uint32_t> table(size_t{1} << first_bits);
  const auto word = [&](uint32_t bits) { return found | bits << shift | (random_bits() & value_mask); };
  for (size_t i = 0; i < table.size();) {
    // Words of fewer bits than the index stand in all entries that they begin.
    const bool is_short = i % 2 == 0 && first_bits > 1 && random_bits() % 2 == 0;
    if (is_short) {
      table[i + 1] = table[i] = word(static_cast<uint32_t>(first_bits) - 1);
      i += 2;
    } else {
      table[i] = random_bits() % 3 == 0 ? 0 : word(static_cast<uint32_t>(first_bits));
      i++;
    }
  }
  for (size_t i = 0; i < size_t{1} << first_bits; i++) {
    if (table[i] == 0) {
      table[i] = 1u << shift | static_cast<uint32_t>(table.size() - i);  // 2 bits more
      const uint32_t once = word(1);
      const uint32_t twice = word(2);
      const uint32_t other = word(2);
      table.insert(table.end(), {once, once, twice, other});
    }
  }
  std::vector<uint8_t> description = {1, 1, 0, 0, 1, static_cast<uint8_t>((first_bits - 1) << 4 | (wide ? 1 : 0)), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (uint32_t entry : table) {
    for (int byte = 0; byte < (wide ? 4 : 2); byte++) {
      description.push_back(static_cast<uint8_t>(entry >> (8 * byte)));
    }
  }
  Decode<tflite::DecodeStateHuffman>(type, size, 1, kCount, 0, 0, false, Bytes(64), description);
}

}  // namespace

int main() {
  for (int operands = 1; operands <= 15; operands++) {
    AddN(operands);
  }
  for (int i = 0; i < 8; i++) {
    const float scale = Uniform(0.005f, 0.1f);
    const int zero_point = static_cast<int>(random_bits() % 256) - 128;
    Table("EXP", [](float x) { return std::exp(x); }, scale, zero_point, std::exp(scale * static_cast<float>(127 - zero_point)) / 255.0f, -128);
    Table("LOG", [](float x) { return std::log(x); }, scale, -128, Uniform(0.01f, 0.06f), static_cast<int>(random_bits() % 100));
  }
  for (int bits = 1; bits <= 7; bits++) {
    Tables(kTfLiteInt8, 1, 4, 19, 0, 0, bits);
    Tables(kTfLiteInt8, 1, 4, 19, 4, 0, bits);
    Tables(kTfLiteInt8, 1, 9, 5, 5, 1, bits);
  }
  Tables(kTfLiteFloat32, 4, 3, 7, 0, 0, 3);
  Tables(kTfLiteInt16, 2, 3, 7, 3, 0, 4);
  Tables(kTfLiteInt32, 4, 3, 7, 7, 1, 2);
  Pruned(kTfLiteInt8, 1, 5, 7, 1, 0, true);
  Pruned(kTfLiteInt8, 1, 5, 7, 5, 0, true);
  Pruned(kTfLiteInt8, 1, 5, 7, 7, 1, true);
  Pruned(kTfLiteInt16, 2, 5, 7, 5, 0, false);
  Pruned(kTfLiteFloat32, 4, 5, 7, 0, 0, false);
  for (int first_bits = 1; first_bits <= 5; first_bits += 2) {
    Huffman(kTfLiteInt8, 1, false, first_bits);
    Huffman(kTfLiteInt8, 1, true, first_bits);
    Huffman(kTfLiteInt16, 2, true, first_bits);
  }
  return 0;
}
