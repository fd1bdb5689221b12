// Writes tflm_vectors.txt: what TensorFlow Lite Micro's reference kernels compute on random integers.
//
//   g++ -std=c++17 -O1 -DTF_LITE_STATIC_MEMORY -I TFLM -I GEMMLOWP -I FLATBUFFERS/include -I RUY make_tflm.cc
//       TFLM/tensorflow/lite/kernels/internal/quantization_util.cc -o make_tflm && ./make_tflm > tflm_vectors.txt
//
// Lines: name, scale and zero point of the operands and of the result, then the operands and the result as hexadecimal bytes.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/internal/reference/add_n.h"

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
  const float result_scale = scale * Uniform(0.5f, 3.0f);
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
  return 0;
}
