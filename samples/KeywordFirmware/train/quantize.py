"""Post-training quantization of the keyword network, by TensorFlow Lite's int8 specification.

Activations: int8 with one scale and zero point, from the range over the calibration images (float, batch normalization
folded). Weights: symmetric int8, one scale per output channel; the fully connected layer has one for all. Biases: int32
with scale = input scale x weight scale.
"""

from dataclasses import dataclass

import numpy as np
import torch

import integer_kernels
from write_tflite import Operator, Tensor, write_tflite

SOFTMAX_SCALE, SOFTMAX_ZERO_POINT = 1.0 / 256.0, -128


@dataclass
class Layer:
    """One layer: its operator and how it computes int8 outputs from int8 inputs."""

    operator: Operator
    run: object


class QuantizedNetwork:
    def __init__(self, input_tensor, layers, macs):
        self.input, self.layers, self.macs = input_tensor, layers, macs

    @property
    def parameters(self):
        return sum(t.value.size for l in self.layers for t in l.operator.inputs if t.type in ("int8", "int32")
                   and t.value is not None and t.name != "shape")

    def quantize_input(self, images):
        """[n, frames, bands] float to the network's int8 [n, frames, bands, 1]."""
        values = np.round(images[..., None] / self.input.scale[0]) + self.input.zero_point[0]
        return np.clip(values, -128, 127).astype(np.int8)

    def run(self, inputs):
        for layer in self.layers:
            inputs = layer.run(inputs)
        return inputs

    def tflite(self):
        operators = [layer.operator for layer in self.layers]
        return write_tflite(operators, [self.input], operators[-1].outputs, "keyword spotting, int8")


def activation_parameters(values):
    """(scale, zero point) of an int8 tensor whose range covers `values` and zero."""
    lowest, highest = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = float(np.float32((highest - lowest) / 255.0))
    return scale, int(np.clip(round(-128 - lowest / scale), -128, 127))


def weight_parameters(weights):
    """Scale per first index of `weights` and the int8 weights; -128 is not used."""
    flat = weights.reshape(len(weights), -1)
    scales = (np.maximum(np.abs(flat).max(1), 1e-8) / 127.0).astype(np.float32)
    return scales, np.clip(np.round(flat / scales[:, None]), -127, 127).astype(np.int8).reshape(weights.shape)


def folded(block):
    """Weights [outputs, inputs / groups, height, width] and bias with batch normalization folded in."""
    gain = (block.norm.weight / torch.sqrt(block.norm.running_var + block.norm.eps)).detach()
    weights = block.conv.weight.detach() * gain[:, None, None, None]
    bias = block.norm.bias.detach() - block.norm.running_mean * gain
    return weights.numpy(), bias.numpy()


def activation(name, shape, parameters):
    return Tensor(name, (1, *shape), "int8", (parameters[0],), (parameters[1],))


def constants(name, weights, scales, bias, input_scale, dimension):
    """The weight and bias tensors of a layer."""
    products = scales.astype(np.float64) * input_scale
    whole = np.round(bias / products).astype(np.int64)
    assert np.abs(whole).max() < 1 << 31, f"{name}: a bias does not fit into int32"
    zeros = (0,) * len(scales)
    return (Tensor(f"{name}/weights", weights.shape, "int8", tuple(map(float, scales)), zeros, dimension, weights),
            Tensor(f"{name}/bias", bias.shape, "int32", tuple(map(float, products)), zeros, 0, whole.astype(np.int32)))


def quantize_block(block, index, source, output):
    """A convolution from tensor `source` to `output`."""
    name = f"conv{index}" if not block.depthwise else f"depthwise{index}"
    weights, bias = folded(block)
    scales, whole = weight_parameters(weights)
    dimension = 0
    # Torch [outputs, inputs, height, width]; TensorFlow Lite [outputs, height, width, inputs], depthwise [1, h, w, outputs].
    whole = whole.transpose(0, 2, 3, 1)
    if block.depthwise:
        whole, dimension = whole.transpose(3, 1, 2, 0), 3
    kernel, biases = constants(name, np.ascontiguousarray(whole), scales, bias, source.scale[0], dimension)
    parameters = (source.scale[0], source.zero_point[0], kernel.scale, output.scale[0], output.zero_point[0])
    function = integer_kernels.depthwise_conv_2d if block.depthwise else integer_kernels.conv_2d
    make = Operator.depthwise_conv_2d if block.depthwise else Operator.conv_2d
    return Layer(make([source, kernel, biases], [output], block.stride, "SAME", "RELU"),
                 lambda x: function(x, kernel.value, biases.value, block.stride, "SAME", parameters, "RELU"))


def quantize_classifier(linear, source, output):
    weights = linear.weight.detach().numpy()
    scales, whole = weight_parameters(weights.reshape(1, -1))
    kernel, biases = constants("classifier", whole.reshape(weights.shape), scales, linear.bias.detach().numpy(),
                               source.scale[0], 0)
    parameters = (source.scale[0], source.zero_point[0], kernel.scale, output.scale[0], output.zero_point[0])
    return Layer(Operator.fully_connected([source, kernel, biases], [output], "NONE"),
                 lambda x: integer_kernels.fully_connected(x, kernel.value, biases.value, parameters, "NONE"))


def quantize(model, images):
    """`model` in evaluation mode and calibration `images` [n, frames, bands] to a QuantizedNetwork."""
    layers, macs = [], 0
    with torch.no_grad():
        current = torch.from_numpy(images)[:, None]
        source = activation("features", (*images.shape[1:], 1), activation_parameters(images))
        first = source
        for index, block in enumerate(model.blocks):
            current = block(current)
            channels, height, width = current.shape[1:]
            output = activation(f"block{index}", (height, width, channels), activation_parameters(current.numpy()))
            layers.append(quantize_block(block, index, source, output))
            macs += height * width * block.conv.weight.numel()
            source = output
        window = tuple(current.shape[2:])
        # Pooling and reshaping keep the scale and zero point of what they read.
        kept = (source.scale[0], source.zero_point[0])
        pooled = activation("pooled", (1, 1, channels), kept)
        layers.append(Layer(Operator.average_pool_2d([source], [pooled], window, window, "VALID"),
                            lambda x: integer_kernels.average_pool_2d(x, window, window)))
        flat = activation("flat", (channels,), kept)
        shape = Tensor("shape", (2,), "int32", value=np.array([1, channels], np.int32))
        layers.append(Layer(Operator.reshape([pooled, shape], [flat], (1, channels)),
                            lambda x: x.reshape(len(x), -1)))
        scores = model.classifier(current.mean((2, 3))).numpy()
    logits = activation("logits", (scores.shape[1],), activation_parameters(scores))
    layers.append(quantize_classifier(model.classifier, flat, logits))
    macs += model.classifier.weight.numel()
    probabilities = activation("probabilities", (scores.shape[1],), (SOFTMAX_SCALE, SOFTMAX_ZERO_POINT))
    layers.append(Layer(Operator.softmax([logits], [probabilities]),
                        lambda x: integer_kernels.softmax(x, logits.scale[0])))
    return QuantizedNetwork(first, layers, macs)
