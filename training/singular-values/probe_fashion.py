"""The table of essa-fashion's card: CMA-ES on the ten singular values.

    python training/singular-values/probe_fashion.py public/models/essa-fashion.safetensors

Genes are offsets in units of the mean singular value; members of a generation are judged on the same images, new ones each time;
what is reported is the distribution's mean on held-out images.
"""

import sys
import warnings

import cma
import numpy as np

import tensors

SEEDS, POPULATION, BATCH, SIGMA, MOST_SIGMA = 5, 24, 64, 0.3, 1.0
SHOWN = (0, 10, 25, 50, 100)


def quantised(weight, bits):
    """Rows of whole numbers with a scale each; 32 bits are left alone."""
    if bits == 32:
        return weight
    most = 2 ** (bits - 1) - 1
    scale = np.abs(weight).max(-1, keepdims=True) / most
    return np.clip(np.rint(weight / scale), -most, most) * scale


def run(base, bias, factors, train_set, held, bits, seed):
    """Held-out accuracies of the mean at generations SHOWN."""
    u, s, v = factors
    unit = s.mean()
    weight = quantised(base, bits)
    # What does not depend on the member is computed once; where weights are whole numbers, so are pixels.
    shared = [(quantised(x, 8 if bits < 32 else 32) @ weight.T + bias, x @ v.T, y) for x, y in (train_set, held)]
    right = lambda part, rows, genes: ((part[0][rows] + (part[1][rows] * (s + unit * genes)) @ u.T).argmax(1) == part[2][rows]).mean()
    everything = np.arange(len(held[1]))
    es = cma.CMAEvolutionStrategy(np.zeros(len(s)), SIGMA, {"popsize": POPULATION, "seed": seed + 1, "verbose": -9})
    draw = np.random.default_rng(seed)
    kept = []
    for generation in range(max(SHOWN) + 1):
        if generation in SHOWN:
            kept.append(right(shared[1], everything, es.mean))
        rows = draw.integers(len(train_set[1]), size=BATCH)
        members = es.ask()
        es.tell(members, [-right(shared[0], rows, np.asarray(one)) for one in members])
        es.sigma = min(es.sigma, MOST_SIGMA)
    return kept


def main(path):
    warnings.filterwarnings("ignore")
    held, _ = tensors.load(path)
    base, bias = held["base.weight"].astype(np.float64), held["base.bias"].astype(np.float64)
    part = lambda name: ((held[f"images.{name}"].astype(np.float64) + 128) / 255, held[f"labels.{name}"].astype(np.int64))
    deltas = {warmth: held[f"{warmth}.delta"].astype(np.float64) for warmth in ("short", "medium", "full")}
    other = np.random.default_rng(9).standard_normal(base.shape)
    deltas["none"] = other * np.linalg.norm(deltas["short"]) / np.linalg.norm(other)
    print("| training before | base weights | " + " | ".join(f"generation {g}" for g in SHOWN) + " | sd at the end |")
    print("|" + "---|" * (3 + len(SHOWN)))
    for warmth, delta in deltas.items():
        factors = np.linalg.svd(delta, full_matrices=False)
        for bits in (32, 8, 4):
            rows = np.array([run(base, bias, factors, part("train"), part("held"), bits, seed) for seed in range(SEEDS)])
            cells = [f"{value:.3f}" for value in (*rows.mean(0), rows[:, -1].std(ddof=1))]
            print(f"| {warmth} | {f'int{bits}' if bits < 32 else 'f32'} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
