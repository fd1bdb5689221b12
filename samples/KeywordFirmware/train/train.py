"""Trains the keyword network, quantizes it to int8 and writes the model and its test data.

Writes models/keywords.tflite, data/test/input_0.npy (int8, as the model reads it), data/test/output_0.npy (the int8
reference result, bit for bit) and data/test/labels.npy; then the inputs that the firmware embeds.

Needs PyTorch, NumPy and espeak-ng (Debian: python3-torch python3-numpy espeak-ng). One thread and fixed seeds.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import embed_inputs
import record_words
from integer_kernels import same_padding
from quantize import quantize

SEED = 16
EPOCHS = 40
BATCH = 64
CALIBRATION_COUNT = 512
SAMPLE = Path(__file__).resolve().parent.parent


class SamePadConv(nn.Module):
    """Convolution without bias, batch normalization, ReLU; padded as TensorFlow's SAME."""

    def __init__(self, inputs, outputs, kernel, stride=(1, 1), depthwise=False):
        super().__init__()
        self.kernel, self.stride, self.depthwise = kernel, stride, depthwise
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=inputs if depthwise else 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, image):
        rows, columns = (same_padding(image.shape[2 + i], self.kernel[i], self.stride[i]) for i in range(2))
        return functional.relu(self.norm(self.conv(functional.pad(image, (*columns, *rows)))))


class KeywordNet(nn.Module):
    """A depthwise-separable network over [batch, 1, frames, bands]."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([
            SamePadConv(1, 16, (5, 3), (2, 2)),
            SamePadConv(16, 16, (3, 3), depthwise=True),
            SamePadConv(16, 32, (1, 1)),
            SamePadConv(32, 32, (3, 3), (2, 2), depthwise=True),
            SamePadConv(32, 48, (1, 1)),
            SamePadConv(48, 48, (3, 3), depthwise=True),
            SamePadConv(48, 48, (1, 1)),
        ])
        self.classifier = nn.Linear(48, len(record_words.LABELS))

    def forward(self, image):
        for block in self.blocks:
            image = block(image)
        return self.classifier(functional.dropout(image.mean((2, 3)), 0.2, self.training))


def masked(images, random):
    """Up to four neighbouring frames and two neighbouring bands of each image set to its mean: augmentation."""
    result = images.clone()
    for image in result:
        mean = image.mean()
        frame, band = random.integers(0, record_words.FRAMES), random.integers(0, record_words.BANDS)
        image[:, frame:frame + random.integers(0, 5)] = mean
        image[:, :, band:band + random.integers(0, 3)] = mean
    return result


def train(model, images, labels):
    steps = EPOCHS * ((len(images) + BATCH - 1) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps)
    images, labels = torch.from_numpy(images)[:, None], torch.from_numpy(labels).long()
    random = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = torch.from_numpy(random.permutation(len(images)))
        for start in range(0, len(order), BATCH):
            chosen = order[start:start + BATCH]
            optimizer.zero_grad()
            functional.cross_entropy(model(masked(images[chosen], random)), labels[chosen], label_smoothing=0.05).backward()
            optimizer.step()
            schedule.step()


def top1(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(torch.from_numpy(images)[:, None]).argmax(1).numpy() == labels).mean()


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    words = record_words
    images, labels = words.recordings(words.TRAIN_VOICES, words.OTHER_WORDS, 300, 25, takes=3, seed=SEED)
    validation = words.recordings(words.VALIDATION_VOICES, words.OTHER_WORDS, 30, 2, takes=1, seed=SEED + 1)
    test = words.recordings(words.TEST_VOICES, words.UNSEEN_WORDS, 40, 7, takes=1, seed=SEED + 2)

    model = KeywordNet()
    train(model, images, labels)
    model.eval()
    chosen = np.random.default_rng(SEED).permutation(len(images))[:CALIBRATION_COUNT]
    network = quantize(model, images[chosen])

    for folder in ("models", "data/test"):
        (SAMPLE / folder).mkdir(parents=True, exist_ok=True)
    (SAMPLE / "models/keywords.tflite").write_bytes(network.tflite())
    inputs = network.quantize_input(test[0])
    outputs = network.run(inputs)
    np.save(SAMPLE / "data/test/input_0.npy", inputs)
    np.save(SAMPLE / "data/test/output_0.npy", outputs)
    np.save(SAMPLE / "data/test/labels.npy", test[1])
    embed_inputs.main()

    print(f"{len(images)} training recordings; parameters {sum(p.numel() for p in model.parameters()):,} in float, "
          f"{network.parameters:,} in the file; multiply-accumulates {network.macs:,}")
    print(f"top-1 float: train {top1(model, images, labels):.4f}  validation {top1(model, *validation):.4f}  "
          f"test {top1(model, *test):.4f}")
    print(f"top-1 int8: test {(outputs.argmax(1) == test[1]).mean():.4f}")


if __name__ == "__main__":
    main()
