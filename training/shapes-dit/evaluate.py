"""How well a model's pictures meet their captions, at full compute; the tables of its card.

    python training/shapes-dit/evaluate.py public/models/shapes-dit.safetensors [pictures a cell]
"""

import sys
from collections import Counter

import checker
import export
import features
import numpy as np
import sample
import scenes

KINDS = checker.KINDS
# (steps, guidance)
SETTINGS = ((12, 1.0), (12, 2.0), (12, 3.0), (12, 4.0), (12, 5.0), (20, 3.0), (6, 3.0), (4, 3.0))
PARTS = ("seen", "held", "pair")


def captions_of(part, count, draw):
    """Seen captions as training draws them; held ones and those of unseen pairs are of two objects."""
    parts = scenes.split()
    if part == "seen":
        kinds = [parts["single" if draw.random() < scenes.SINGLE else "double"] for _ in range(count)]
        return np.array([rows[draw.integers(len(rows))] for rows in kinds])
    double = parts[part][parts[part][:, 3] != scenes.PAD]
    return double[draw.choice(len(double), count)]


def measure(captions, pictures):
    met, of, shapes, whole, shares = Counter(), Counter(), Counter(), 0, []
    for caption, picture in zip(captions, pictures):
        verdicts = checker.check(caption, picture)
        of.update(kind for kind, _ in verdicts)
        met.update(kind for kind, m in verdicts if m)
        whole += all(m for _, m in verdicts)
        shares.append(np.mean([m for _, m in verdicts]))
        right = [m for kind, m in verdicts if kind == "shape"]
        for (size, _, shape), m in zip(scenes.objects_of(caption), right):
            name = f"{scenes.SIZES[size]} {scenes.SHAPES[shape]}"
            shapes.update({(name, "of"): 1, (name, "met"): int(m)})
    distance = np.mean([checker.render_distance(c, p) for c, p in zip(captions, pictures)])
    error = np.std(shares) / len(shares) ** 0.5
    return met, of, shapes, whole / len(captions), distance, error


def main(weights, count="256"):
    p, metadata = export.load(weights)
    net, notes = export.load("public/models/shapes-features.safetensors")
    reference = net["reference.mean"].astype(np.float64), net["reference.covariance"].astype(np.float64)
    print({**metadata, **{name: value for name, value in notes.items() if name.startswith("floor")}})
    print("| steps | guidance | captions | requirements | all | colour | shape | size | relation | only | CRD | FD |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    kept = None
    for steps, guidance in SETTINGS:
        for part in PARTS:
            draw = np.random.default_rng([11, PARTS.index(part)])
            captions = captions_of(part, int(count), draw)
            pictures = sample.sample(p, metadata["output"], captions, 12 + PARTS.index(part), steps, guidance)
            met, of, shapes, whole, distance, error = measure(captions, pictures)
            far = features.frechet(reference, features.gaussian(features.features(net, pictures.astype(np.float32))))
            share = met.total() / of.total()
            kinds = " | ".join(f"{met[kind] / of[kind]:.3f}" for kind in KINDS)
            print(f"| {steps} | {guidance:g} | {part} | {share:.3f} ± {error:.3f} | {whole:.2f} | {kinds} | {distance:.4f} | {far:.2f} |", flush=True)
            if (steps, guidance, part) == (sample.STEPS, sample.GUIDANCE, "held"):
                kept = shapes
    names = sorted({name for name, _ in kept})
    print("shapes on held captions, 12 steps:", "; ".join(f"{n} {kept[n, 'met'] / kept[n, 'of']:.2f} of {kept[n, 'of']}" for n in names))


if __name__ == "__main__":
    main(*sys.argv[1:])
