"""Trains the digit classifier and writes the model and the data the build uses.

Writes, beside this folder: models/digits.onnx, data/calibration.npy, data/test/input_0.npy, data/test/labels.npy.

Data: "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository (E. Alpaydin, C. Kaynak, 1998),
CC BY 4.0, as bundled with scikit-learn (`load_digits`): 1,797 images of 8 x 8 pixels, values 0 to 16.

Needs PyTorch and scikit-learn (Debian: python3-torch python3-sklearn). One thread and fixed seeds: the same
versions on the same processor family write the same files.
"""

from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

SEED = 20
TEST_COUNT = 360
VALIDATION_COUNT = 180
CALIBRATION_COUNT = 200
EPOCHS = 120
BATCH = 64
SAMPLE = Path(__file__).resolve().parent.parent


def conv_block(inputs, outputs, kernel=3, stride=1, groups=1):
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]


class DigitNet(nn.Module):
    """Two full convolutions, one depthwise-separable block, global average pooling, one fully connected layer."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *conv_block(1, 16),
            *conv_block(16, 32),
            nn.MaxPool2d(2),
            *conv_block(32, 32, groups=32),
            *conv_block(32, 64, kernel=1),
            *conv_block(64, 32, stride=2),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(32, 10)

    def forward(self, image):
        return self.classifier(torch.flatten(self.features(image), 1))


def split_digits():
    """Train, validation and test images [n, 1, 8, 8] in 0..1 with their labels; stratified, fixed by SEED."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    labels = digits.target.astype(np.int64)
    rest, test, rest_labels, test_labels = train_test_split(
        images, labels, test_size=TEST_COUNT, stratify=labels, random_state=SEED)
    train, validation, train_labels, validation_labels = train_test_split(
        rest, rest_labels, test_size=VALIDATION_COUNT, stratify=rest_labels, random_state=SEED)
    return (train, train_labels), (validation, validation_labels), (test, test_labels)


def shifted(images, random):
    """Each image moved by at most one pixel per axis and scaled in brightness: augmentation for training only."""
    padded = torch.nn.functional.pad(images, (1, 1, 1, 1))
    rows = torch.from_numpy(random.integers(0, 3, len(images)))
    columns = torch.from_numpy(random.integers(0, 3, len(images)))
    # Four images of five stay where they are.
    rows[torch.from_numpy(random.random(len(images)) < 0.6)] = 1
    columns[torch.from_numpy(random.random(len(images)) < 0.6)] = 1
    moved = torch.stack([p[:, r:r + 8, c:c + 8] for p, r, c in zip(padded, rows.tolist(), columns.tolist())])
    gain = torch.from_numpy(random.uniform(0.85, 1.15, (len(images), 1, 1, 1)).astype(np.float32))
    return (moved * gain).clamp(0, 1)


def top1(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(torch.from_numpy(images)).argmax(1).numpy() == labels).mean()


def train(model, images, labels):
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    steps = EPOCHS * ((len(images) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps)
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)
    random = np.random.default_rng(SEED)
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    for _ in range(EPOCHS):
        model.train()
        order = torch.from_numpy(random.permutation(len(images)))
        for start in range(0, len(order), BATCH):
            chosen = order[start:start + BATCH]
            optimizer.zero_grad()
            loss(model(shifted(images[chosen], random)), labels[chosen]).backward()
            optimizer.step()
            schedule.step()


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    (images, labels), validation, test = split_digits()
    model = DigitNet()
    train(model, images, labels)
    model.eval()

    (SAMPLE / "models").mkdir(exist_ok=True)
    (SAMPLE / "data/test").mkdir(parents=True, exist_ok=True)
    torch.onnx.export(model, torch.zeros(1, 1, 8, 8), str(SAMPLE / "models/digits.onnx"), opset_version=13,
                      input_names=["image"], output_names=["logits"], do_constant_folding=False,
                      training=torch.onnx.TrainingMode.PRESERVE)
    chosen = np.random.default_rng(SEED).permutation(len(images))[:CALIBRATION_COUNT]
    np.save(SAMPLE / "data/calibration.npy", images[np.sort(chosen)])
    np.save(SAMPLE / "data/test/input_0.npy", test[0])
    np.save(SAMPLE / "data/test/labels.npy", test[1].astype(np.int32))

    print(f"parameters {sum(p.numel() for p in model.parameters()):,}")
    print(f"top-1: train {top1(model, images, labels):.4f}  validation {top1(model, *validation):.4f}  "
          f"test {top1(model, *test):.4f}")


if __name__ == "__main__":
    main()
