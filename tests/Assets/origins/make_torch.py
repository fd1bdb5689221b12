"""Writes small models of PyTorch with its own outputs: NAME.onnx, NAME.test/input_N.npy and output_N.npy, a row for each case.

Needs NumPy and PyTorch (Debian: python3-numpy python3-torch): python3 make_torch.py
"""
import os

import numpy
import torch

CASES = 8


class While(torch.nn.Module):
    """Ends by the sum of what it computes, after seven rounds at most."""

    def __init__(self):
        super().__init__()
        self.step = torch.nn.Linear(3, 3)

    def forward(self, x):
        i = 0
        while i < 7 and bool((x.abs().sum() < 4.0).item()):
            x = self.step(x) * 1.5 + x
            i = i + 1
        return x, torch.tensor(i)


class WhileAndIf(torch.nn.Module):
    """A counter that is a tensor, and a branch behind the loop."""

    def forward(self, x):
        i = torch.zeros((), dtype=torch.int64)
        while bool((i < 5) & (x.max() < 100.0)):
            x = x * 2 + 1
            i = i + 1
        if bool(x.sum() > 50):
            x = x - 1
        else:
            x = x * 3
        return x, i


def write(name, model, inputs, opset, script):
    """The model at the extents of its inputs, whose first axis counts cases."""
    model = model.eval()
    model = torch.jit.script(model) if script else model
    first = tuple(x[0] for x in inputs)
    names = [f"x{i}" for i in range(len(inputs))]
    outputs = None
    for case in range(CASES):
        made = model(*(x[case] for x in inputs))
        made = made if isinstance(made, tuple) else (made,)
        outputs = outputs or [[] for _ in made]
        for kept, value in zip(outputs, made):
            kept.append(value.detach().numpy())
    torch.onnx.export(model, first, f"{name}.onnx", opset_version=opset, input_names=names, output_names=[f"y{i}" for i in range(len(outputs))])
    os.makedirs(f"{name}.test", exist_ok=True)
    for kind, arrays in (("input", [x.numpy() for x in inputs]), ("output", [numpy.stack(kept) for kept in outputs])):
        for i, array in enumerate(arrays):
            numpy.save(f"{name}.test/{kind}_{i}.npy", array)


def main():
    torch.manual_seed(1)
    scales = torch.tensor([0.02, 0.1, 0.3, 0.5, 0.8, 1.5, 3.0, 30.0]).reshape(CASES, 1, 1)
    write("torch_while", While(), [torch.randn(CASES, 2, 3) * scales], 11, script=True)
    write("torch_while_if", WhileAndIf(), [torch.randn(CASES, 2, 3) * scales], 15, script=True)


if __name__ == "__main__":
    main()
