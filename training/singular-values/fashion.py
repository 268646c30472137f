"""Makes public/models/essa-fashion.safetensors: ESSA's appendix E on Fashion-MNIST.

    python training/singular-values/fashion.py /usr/share/datasets/fashion-mnist public/models/essa-fashion.safetensors

A logistic regression of 14 x 14 pixels is trained on classes 0 to 5, then a change of its whole matrix on 400 images of classes 6
to 9. Plain SGD in 64 bits from one seed: the same file on every machine, but for the last bit of a rounding.
"""

import gzip
import hashlib
import json
import sys

import numpy as np

SEED = 1
SIDE, PIXELS, CLASSES = 14, 196, 10
OLD, NEW = range(6), range(6, 10)
BASE_IMAGES, BASE_EPOCHS, BASE_RATE = 5000, 15, 0.1
TUNED_IMAGES, HELD_IMAGES, BATCH, RATE = 400, 2000, 10, 0.035
# By warmth: epochs over the 400 images.
EPOCHS = {"short": 1, "medium": 3, "full": 30}
# What is compared with evolution: gradients of the same ten singular values.
GRADIENT_RATE, GRADIENT_STEPS, GRADIENT_BATCH = 0.1, 400, 64
HASHES = {
    "train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}


def read(folder, part):
    """(images as bytes [count, PIXELS], labels [count]); a pixel is the rounded mean of four."""

    def unpacked(name, begins):
        packed = open(f"{folder}/{name}", "rb").read()
        if hashlib.sha256(packed).hexdigest() != HASHES[name]:
            raise SystemExit(f"{folder}/{name} is not the file that the model was made of")
        return np.frombuffer(gzip.decompress(packed), np.uint8, offset=begins)

    images = unpacked(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, SIDE, 2, SIDE, 2).astype(np.uint32).sum((2, 4))
    return ((images + 2) // 4).astype(np.uint8).reshape(-1, PIXELS), unpacked(f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64)


def chosen(draw, images, labels, classes, count):
    """As many of each class as of another (but for a rest), in random order."""
    rows = np.concatenate([draw.permutation(np.flatnonzero(labels == c))[: count // len(classes) + 1] for c in classes])
    rows = draw.permutation(rows)[:count]
    return images[rows], labels[rows]


def slopes(weight, bias, x, y):
    """Gradient of the mean cross entropy, of what comes out: [batch, CLASSES]."""
    z = x @ weight.T + bias
    e = np.exp(z - z.max(1, keepdims=True))
    return (e / e.sum(1, keepdims=True) - np.eye(CLASSES)[y]) / len(y)


def accuracy(weight, bias, x, y):
    return float(((x @ weight.T + bias).argmax(1) == y).mean())


def train(draw, weight, bias, x, y, epochs, batch, rate, with_bias):
    weight, bias = weight.copy(), bias.copy()
    for _ in range(epochs):
        order = draw.permutation(len(y))
        for at in range(0, len(y), batch):
            rows = order[at : at + batch]
            g = slopes(weight, bias, x[rows], y[rows])
            weight -= rate * g.T @ x[rows]
            if with_bias:
                bias -= rate * g.sum(0)
    return weight, bias


def by_gradient(draw, weight, bias, delta, train_set, held):
    """Held-out accuracy by step of SGD on the singular values of delta, with U and V frozen."""
    u, s, v = np.linalg.svd(delta.astype(np.float64), full_matrices=False)
    x, y = train_set
    curve = []
    for step in range(GRADIENT_STEPS + 1):
        if step in (0, 1, 2, 5, 10, 15, 25, 35, 50, 75, 100, 150, 200, 300, 400):
            curve.append([step, round(accuracy(weight + (u * s) @ v, bias, *held), 4)])
        rows = draw.integers(len(y), size=GRADIENT_BATCH)
        g = slopes(weight + (u * s) @ v, bias, x[rows], y[rows])
        s = s - GRADIENT_RATE * ((g @ u) * (x[rows] @ v.T)).sum(0)
    return curve


def main(folder, out):
    images, labels = read(folder, "train")
    draw = np.random.default_rng(SEED)
    old, old_labels = chosen(draw, images, labels, OLD, BASE_IMAGES)
    tuned, tuned_labels = chosen(draw, images, labels, NEW, TUNED_IMAGES)
    test, test_labels = read(folder, "t10k")
    held, held_labels = chosen(draw, test, test_labels, NEW, HELD_IMAGES)
    old_held = np.isin(test_labels, OLD)
    as_x = lambda pixels: pixels / 255.0
    f16 = lambda value: value.astype(np.float16)
    wide = lambda value: f16(value).astype(np.float64)

    first = draw.uniform(-1, 1, (CLASSES, PIXELS)) * PIXELS**-0.5
    weight, bias = train(draw, first, np.zeros(CLASSES), as_x(old), old_labels, BASE_EPOCHS, 64, BASE_RATE, True)
    weight, bias = wide(weight), bias.astype(np.float32).astype(np.float64)
    print(f"base: own classes {accuracy(weight, bias, as_x(test[old_held]), test_labels[old_held]):.4f}")
    tensors = {"base.weight": f16(weight), "base.bias": bias.astype(np.float32)}
    curves, scores = {}, {"none": accuracy(weight, bias, as_x(held), held_labels)}
    for warmth, epochs in EPOCHS.items():
        # All begin from one order of the images, so that longer training is more of the same.
        after, _ = train(np.random.default_rng([SEED, 2]), weight, bias, as_x(tuned), tuned_labels, epochs, BATCH, RATE, False)
        delta = f16(after - weight)
        tensors[f"{warmth}.delta"] = delta
        scores[warmth] = accuracy(weight + wide(delta), bias, as_x(held), held_labels)
        own = accuracy(weight + wide(delta), bias, as_x(tuned), tuned_labels)
        curves[warmth] = by_gradient(np.random.default_rng([SEED, 3]), weight, bias, delta, (as_x(tuned), tuned_labels), (as_x(held), held_labels))
        print(f"{warmth}: held out {scores[warmth]:.4f}, own images {own:.4f}; singular values {np.linalg.svd(wide(delta))[1].round(3).tolist()}")
        print(f"  by gradients {curves[warmth]}")
    print(f"no adapter: held out {scores['none']:.4f}")
    # Signed bytes: 128 less than the pixel.
    signed = lambda pixels: (pixels.astype(np.int16) - 128).astype(np.int8)
    tensors |= {"images.train": signed(tuned), "images.held": signed(held)}
    tensors |= {"labels.train": tuned_labels.astype(np.int8), "labels.held": held_labels.astype(np.int8)}
    metadata = {
        "format": "evolarium-essa-fashion",
        "task": "fashion",
        "inputs": PIXELS,
        "classes": CLASSES,
        "base-images": BASE_IMAGES,
        "base-epochs": BASE_EPOCHS,
        "tuned-images": TUNED_IMAGES,
        "epochs": json.dumps(EPOCHS),
        "rate": RATE,
        "batch": BATCH,
        "held-images": HELD_IMAGES,
        "pixel-offset": 128,
        "seed": SEED,
        "source": "Fashion-MNIST",
        "source-sha256": json.dumps(HASHES, sort_keys=True),
        "licence": "MIT; images: copyright (c) 2017 Zalando SE, MIT",
        "held": json.dumps({name: round(value, 4) for name, value in scores.items()}),
        "curves": json.dumps(curves),
    }
    import tensors as files

    files.save(out, tensors, metadata)


if __name__ == "__main__":
    main(*sys.argv[1:])
