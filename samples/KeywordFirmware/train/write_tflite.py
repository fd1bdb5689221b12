"""Writes TensorFlow Lite files (schema version 3) in plain Python: no TensorFlow, no flatbuffers package.

Only what small quantized networks need: one subgraph, constant and activation tensors, and the operators in
`Operator`'s factory functions. Field numbers and enumeration values are those of TensorFlow Lite's schema.fbs.
"""

import struct
from dataclasses import dataclass, field

import numpy as np

SCHEMA_VERSION = 3
FILE_IDENTIFIER = b"TFL3"
BUFFER_ALIGNMENT = 16

TENSOR_TYPES = {"float32": 0, "int32": 2, "uint8": 3, "int64": 4, "int16": 7, "int8": 9}
PADDINGS = {"SAME": 0, "VALID": 1}
ACTIVATIONS = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}


@dataclass
class Tensor:
    """A tensor of the file. `scale` and `zero_point` hold one value, or one per index of `quantized_dimension`."""

    name: str
    shape: tuple
    type: str
    scale: tuple = ()
    zero_point: tuple = ()
    quantized_dimension: int = 0
    value: np.ndarray | None = None


@dataclass
class Operator:
    """One operator: its builtin code and version, and its options table as (field, struct format, value)."""

    code: int
    version: int
    inputs: list
    outputs: list
    options_type: int
    options: list = field(default_factory=list)

    @staticmethod
    def conv_2d(inputs, outputs, stride, padding, activation):
        return Operator(3, 3, inputs, outputs, 1, [
            (0, "b", PADDINGS[padding]), (1, "i", stride[1]), (2, "i", stride[0]), (3, "b", ACTIVATIONS[activation]),
            (4, "i", 1), (5, "i", 1)])

    @staticmethod
    def depthwise_conv_2d(inputs, outputs, stride, padding, activation, multiplier=1):
        return Operator(4, 3, inputs, outputs, 2, [
            (0, "b", PADDINGS[padding]), (1, "i", stride[1]), (2, "i", stride[0]), (3, "i", multiplier),
            (4, "b", ACTIVATIONS[activation]), (5, "i", 1), (6, "i", 1)])

    @staticmethod
    def average_pool_2d(inputs, outputs, window, stride, padding):
        return Operator(1, 2, inputs, outputs, 5, [
            (0, "b", PADDINGS[padding]), (1, "i", stride[1]), (2, "i", stride[0]), (3, "i", window[1]),
            (4, "i", window[0]), (5, "b", ACTIVATIONS["NONE"])])

    @staticmethod
    def fully_connected(inputs, outputs, activation):
        return Operator(9, 4, inputs, outputs, 8, [(0, "b", ACTIVATIONS[activation])])

    @staticmethod
    def reshape(inputs, outputs, shape):
        return Operator(22, 1, inputs, outputs, 17, [(0, "shape", shape)])

    @staticmethod
    def softmax(inputs, outputs, beta=1.0):
        return Operator(25, 2, inputs, outputs, 9, [(0, "f", beta)])


class FlatBuffer:
    """A flatbuffer written from its end to its start. A position counts bytes from the end of the file."""

    def __init__(self):
        self._parts = []
        self._size = 0

    def _prepend(self, content):
        self._parts.append(content)
        self._size += len(content)
        return self._size

    def _align(self, length, alignment):
        """Pads so that `length` bytes written next start at a multiple of `alignment`."""
        self._prepend(bytes(-(self._size + length) % alignment))

    def vector(self, content, count, alignment=4):
        """A vector of `count` scalars that are already packed; its first scalar is aligned."""
        self._align(len(content), max(alignment, 4))
        self._prepend(content)
        return self._prepend(struct.pack("<I", count))

    def scalars(self, code, values):
        packed = struct.pack(f"<{len(values)}{code}", *values)
        return self.vector(packed, len(values), struct.calcsize(f"<{code}"))

    def text(self, value):
        encoded = value.encode("utf-8")
        self._align(len(encoded) + 1, 4)
        self._prepend(encoded + b"\0")
        return self._prepend(struct.pack("<I", len(encoded)))

    def references(self, positions):
        self._align(4 * len(positions), 4)
        first = self._size + 4 * len(positions)
        self._prepend(b"".join(struct.pack("<I", first - 4 * i - p) for i, p in enumerate(positions)))
        return self._prepend(struct.pack("<I", len(positions)))

    def table(self, fields):
        """A table from (field number, struct format or "ref", value); fields of four bytes or less."""
        placed = sorted(fields, key=lambda f: -self._width(f[1]))
        offsets, offset = {}, 4
        for number, code, _ in placed:
            offsets[number] = offset
            offset += self._width(code)
        length = (offset + 3) // 4 * 4
        vtable = [offsets.get(n, 0) for n in range(max(offsets, default=-1) + 1)]
        vtable_bytes = struct.pack(f"<HH{len(vtable)}H", 4 + 2 * len(vtable), length, *vtable)
        self._align(length, 4)
        position = self._size + length
        body = bytearray(length)
        struct.pack_into("<i", body, 0, len(vtable_bytes))
        for number, code, value in placed:
            if code == "ref":
                struct.pack_into("<I", body, offsets[number], position - offsets[number] - value)
            else:
                struct.pack_into(f"<{code}", body, offsets[number], value)
        self._prepend(bytes(body))
        self._prepend(vtable_bytes)
        return position

    @staticmethod
    def _width(code):
        return 4 if code == "ref" else struct.calcsize(f"<{code}")

    def finish(self, root):
        self._align(8, BUFFER_ALIGNMENT)
        total = self._size + 8
        self._prepend(struct.pack("<I", total - root) + FILE_IDENTIFIER)
        return b"".join(reversed(self._parts))


def _write_tensor(out, tensor, buffer_index):
    quantization = None
    if len(tensor.scale):
        scale = out.scalars("f", tensor.scale)
        zero_point = out.scalars("q", tensor.zero_point)
        quantization = out.table([(2, "ref", scale), (3, "ref", zero_point), (6, "i", tensor.quantized_dimension)])
    name = out.text(tensor.name)
    shape = out.scalars("i", tensor.shape)
    fields = [(0, "ref", shape), (1, "b", TENSOR_TYPES[tensor.type]), (2, "I", buffer_index), (3, "ref", name)]
    return out.table(fields + ([(4, "ref", quantization)] if quantization is not None else []))


def _write_operator(out, operator, codes, tensor_indices):
    options = [(n, "ref", out.scalars("i", v)) if code == "shape" else (n, code, v)
               for n, code, v in operator.options]
    table = out.table(options)
    inputs = out.scalars("i", [tensor_indices[t.name] for t in operator.inputs])
    outputs = out.scalars("i", [tensor_indices[t.name] for t in operator.outputs])
    return out.table([(0, "I", codes.index((operator.code, operator.version))), (1, "ref", inputs),
                      (2, "ref", outputs), (3, "B", operator.options_type), (4, "ref", table)])


def write_tflite(operators, inputs, outputs, description):
    """The bytes of a .tflite file with `operators` in execution order. Tensors are told apart by name."""
    tensors = {}
    for tensor in [*inputs, *(t for o in operators for t in (*o.inputs, *o.outputs)), *outputs]:
        assert tensors.setdefault(tensor.name, tensor) is tensor, f"two tensors are called {tensor.name}"
    indices = {name: i for i, name in enumerate(tensors)}
    codes = sorted({(o.code, o.version) for o in operators})

    out = FlatBuffer()
    # Buffer 0 is empty: tensors without a value name it.
    buffers, buffer_indices = [out.table([])], {}
    for name, tensor in tensors.items():
        buffer_indices[name] = 0
        if tensor.value is not None:
            packed = np.ascontiguousarray(tensor.value).astype(np.dtype(tensor.type).newbyteorder("<")).tobytes()
            buffer_indices[name] = len(buffers)
            buffers.append(out.table([(0, "ref", out.vector(packed, len(packed), BUFFER_ALIGNMENT))]))
    tensor_tables = out.references([_write_tensor(out, t, buffer_indices[n]) for n, t in tensors.items()])
    operator_tables = out.references([_write_operator(out, o, codes, indices) for o in operators])
    subgraph = out.table([
        (0, "ref", tensor_tables),
        (1, "ref", out.scalars("i", [indices[t.name] for t in inputs])),
        (2, "ref", out.scalars("i", [indices[t.name] for t in outputs])),
        (3, "ref", operator_tables),
        (4, "ref", out.text("main"))])
    operator_codes = out.references([
        out.table([(0, "b", code), (2, "i", version), (3, "i", code)]) for code, version in codes])
    return out.finish(out.table([
        (0, "I", SCHEMA_VERSION),
        (1, "ref", operator_codes),
        (2, "ref", out.references([subgraph])),
        (3, "ref", out.text(description)),
        (4, "ref", out.references(buffers))]))
