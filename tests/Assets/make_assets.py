"""Makes the small models of this folder; README.md says what each is for.

Needs NumPy, PyTorch and onnx (Debian: python3-numpy python3-torch python3-onnx). Fixed seeds, one thread. The int8
TensorFlow Lite file is written by the KeywordFirmware sample's writer.
"""

import io
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

ASSETS = Path(__file__).resolve().parent
sys.path.insert(0, str(ASSETS.parent.parent / "samples/KeywordFirmware/train"))

import integer_kernels
from write_tflite import Operator, Tensor, write_tflite

SEED = 5
OPSET = 13
IR_VERSION = 7


def model(nodes, inputs, outputs, initializers=(), opsets=(("", OPSET),)):
    graph = helper.make_graph(nodes, "main", inputs, outputs, list(initializers))
    return helper.make_model(graph, producer_name="make_assets", ir_version=IR_VERSION,
                             opset_imports=[helper.make_opsetid(domain, version) for domain, version in opsets])


def floats(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def constant(name, value):
    return numpy_helper.from_array(value.astype(np.float32), name)


def save(name, content):
    if isinstance(content, onnx.ModelProto):
        content = content.SerializeToString(deterministic=True)
    (ASSETS / name).write_bytes(content)


def save_cases(folder, inputs, outputs):
    """Inputs and outputs, each [cases, ...], as input_0.npy, input_1.npy, output_0.npy."""
    (ASSETS / folder).mkdir(exist_ok=True)
    for kind, arrays in (("input", inputs), ("output", outputs)):
        for index, array in enumerate(arrays):
            np.save(ASSETS / folder / f"{kind}_{index}.npy", array)


class TinyConv(nn.Module):
    """Convolution, batch normalization, ReLU, pooling, fully connected: [1, 1, 8, 8] to [1, 3]."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2)
        self.linear = nn.Linear(64, 3)

    def forward(self, x):
        return self.linear(torch.flatten(self.pool(torch.relu(self.norm(self.conv(x)))), 1))


def make_tiny_conv(random):
    network = TinyConv()
    # Statistics of its own inputs, so that normalization does something.
    network.train()
    for _ in range(20):
        network(torch.from_numpy(random.uniform(0, 1, (32, 1, 8, 8)).astype(np.float32)))
    network.eval()
    file = io.BytesIO()
    torch.onnx.export(network, torch.zeros(1, 1, 8, 8), file, opset_version=OPSET, input_names=["x"],
                      output_names=["y"], do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
    save("tiny-conv.onnx", file.getvalue())
    np.save(ASSETS / "tiny-conv.calibration.npy", random.uniform(0, 1, (16, 1, 8, 8)).astype(np.float32))
    test = random.uniform(0, 1, (12, 1, 8, 8)).astype(np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(test)).numpy()
    save_cases("tiny-conv.test", [test], [expected])
    np.save(ASSETS / "tiny-conv.labels.npy", expected.argmax(1).astype(np.int32))


def make_tiny_dense(random):
    """relu(x w1 + b1) w2 + b2: [1, 4] to [1, 3]."""
    w1, b1, w2, b2 = (random.normal(0, 0.5, s).astype(np.float32) for s in ((8, 4), (8,), (3, 8), (3,)))
    save("tiny-dense.onnx", model(
        [helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], "hidden", transB=1),
         helper.make_node("Relu", ["h"], ["r"], "relu"),
         helper.make_node("Gemm", ["r", "w2", "b2"], ["y"], "scores", transB=1)],
        [floats("x", 1, 4)], [floats("y", 1, 3)],
        [constant("w1", w1), constant("b1", b1), constant("w2", w2), constant("b2", b2)]))
    np.save(ASSETS / "tiny-dense.calibration.npy", random.normal(0, 1, (32, 4)).astype(np.float32))
    test = random.normal(0, 1, (12, 4)).astype(np.float32)
    save_cases("tiny-dense.test", [test], [np.maximum(test @ w1.T + b1, 0) @ w2.T + b2])


def make_tiny_two_inputs(random):
    """relu(a w) + b: a [1, 4], b [1, 3] to y [1, 3]."""
    w = random.normal(0, 0.5, (4, 3)).astype(np.float32)
    save("tiny-two-inputs.onnx", model(
        [helper.make_node("MatMul", ["a", "w"], ["p"], "project"),
         helper.make_node("Relu", ["p"], ["r"], "relu"),
         helper.make_node("Add", ["r", "b"], ["y"], "sum")],
        [floats("a", 1, 4), floats("b", 1, 3)], [floats("y", 1, 3)], [constant("w", w)]))
    calibration = [random.normal(0, 1, (32, n)).astype(np.float32) for n in (4, 3)]
    save_cases("tiny-two-inputs.calibration", calibration, [])
    a, b = (random.normal(0, 1, (12, n)).astype(np.float32) for n in (4, 3))
    save_cases("tiny-two-inputs.test", [a, b], [np.maximum(a @ w, 0) + b])


def make_tiny_int8(random):
    """An int8 TensorFlow Lite network: convolution, depthwise convolution, reshape, fully connected, softmax."""
    def activation(name, shape, scale, zero_point):
        return Tensor(name, shape, "int8", (float(np.float32(scale)),), (zero_point,))

    def weights(name, shape, count, dimension, source):
        scale = tuple(float(np.float32(s)) for s in random.uniform(0.004, 0.012, count))
        value = random.integers(-127, 128, shape).astype(np.int8)
        channels = shape[dimension]
        bias = random.integers(-400, 400, channels).astype(np.int32)
        zeros = (0,) * count
        return (Tensor(f"{name}/weights", shape, "int8", scale, zeros, dimension, value),
                Tensor(f"{name}/bias", (channels,), "int32", tuple(s * source.scale[0] for s in scale), zeros, 0, bias))

    x = activation("x", (1, 6, 6, 1), 1 / 255, -128)
    a = activation("a", (1, 3, 3, 4), 0.012, -128)
    b = activation("b", (1, 3, 3, 4), 0.02, -10)
    flat = activation("flat", (1, 36), 0.02, -10)
    scores = activation("scores", (1, 3), 0.08, 5)
    y = activation("y", (1, 3), 1 / 256, -128)
    conv, conv_bias = weights("conv", (4, 3, 3, 1), 4, 0, x)
    depthwise, depthwise_bias = weights("depthwise", (1, 3, 3, 4), 4, 3, a)
    dense, dense_bias = weights("dense", (3, 36), 1, 0, flat)
    shape = Tensor("shape", (2,), "int32", value=np.array([1, 36], np.int32))
    save("tiny-int8.tflite", write_tflite([
        Operator.conv_2d([x, conv, conv_bias], [a], (2, 2), "SAME", "RELU"),
        Operator.depthwise_conv_2d([a, depthwise, depthwise_bias], [b], (1, 1), "SAME", "NONE"),
        Operator.reshape([b, shape], [flat], (1, 36)),
        Operator.fully_connected([flat, dense, dense_bias], [scores], "NONE"),
        Operator.softmax([scores], [y])], [x], [y], "tiny int8 network"))

    def parameters(source, kernel, output):
        return source.scale[0], source.zero_point[0], kernel.scale, output.scale[0], output.zero_point[0]

    test = random.integers(-128, 128, (12, 6, 6, 1)).astype(np.int8)
    value = integer_kernels.conv_2d(test, conv.value, conv_bias.value, (2, 2), "SAME", parameters(x, conv, a), "RELU")
    value = integer_kernels.depthwise_conv_2d(value, depthwise.value, depthwise_bias.value, (1, 1), "SAME",
                                              parameters(a, depthwise, b), "NONE")
    value = integer_kernels.fully_connected(value.reshape(-1, 36), dense.value, dense_bias.value,
                                            parameters(flat, dense, scores), "NONE")
    save_cases("tiny-int8.test", [test], [integer_kernels.softmax(value, scores.scale[0])])


def make_broken(random):
    """Files that a build must refuse, each with one thing wrong."""
    weight = constant("w", random.normal(0, 1, (4, 4)))
    x, y = floats("x", 1, 4), floats("y", 1, 4)

    def relu(source, target, name):
        return helper.make_node("Relu", [source], [target], name)

    save("not-a-model.onnx", b"This is a text file with the name of a model.\n")
    whole = (ASSETS / "tiny-conv.onnx").read_bytes()
    save("truncated.onnx", whole[:len(whole) * 3 // 5])
    whole = (ASSETS / "tiny-int8.tflite").read_bytes()
    save("truncated.tflite", whole[:len(whole) * 3 // 5])
    save("unknown-operator.onnx", model([relu("x", "r", "first"), helper.make_node("Frobnicate", ["r"], ["y"], "odd")],
                                        [x], [y]))
    save("unknown-domain.onnx", model(
        [helper.make_node("Relu", ["x"], ["y"], "odd", domain="com.example.custom")], [x], [y],
        opsets=(("", OPSET), ("com.example.custom", 1))))
    save("cycle.onnx", model(
        [helper.make_node("Add", ["x", "b"], ["a"], "forth"), relu("a", "b", "back"), relu("b", "y", "last")], [x], [y]))
    save("missing-input.onnx", model([helper.make_node("Add", ["x", "nowhere"], ["y"], "sum")], [x], [y]))
    save("dynamic.onnx", model([helper.make_node("MatMul", ["x", "w"], ["y"], "project")],
                               [floats("x", 1, "frames", 4)], [floats("y", 1, "frames", 4)], [weight]))
    spoiled = numpy_helper.to_array(weight).copy()
    spoiled[2, 1] = np.nan
    save("nan-weight.onnx", model([helper.make_node("MatMul", ["x", "w"], ["y"], "project")], [x], [y],
                                  [constant("w", spoiled)]))
    for name, location in (("external-missing.onnx", "external-missing.bin"), ("external-outside.onnx", "../x.bin")):
        external = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4, 4], data_location=TensorProto.EXTERNAL)
        for key, value in (("location", location), ("offset", "0"), ("length", "64")):
            external.external_data.add(key=key, value=value)
        save(name, model([helper.make_node("MatMul", ["x", "w"], ["y"], "project")], [x], [y], [external]))


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    # One generator each: a change to one model leaves the others as they are.
    for index, make in enumerate((make_tiny_conv, make_tiny_dense, make_tiny_two_inputs, make_tiny_int8, make_broken)):
        make(np.random.default_rng([SEED, index]))


if __name__ == "__main__":
    main()
