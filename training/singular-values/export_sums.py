"""The base and its adapters as safetensors, with curves of gradients on the same singular values where they are in the folder.

    python training/singular-values/export_sums.py /tmp/essa public/models/essa-sums.safetensors
"""

import json
import os
import sys

import numpy as np

import adapters
import model
import sums
import tensors
import train_sums


def main(folder, path):
    p = adapters.base_of(folder)
    out = {name: value.astype(np.float16) if value.ndim == 2 else value for name, value in p.items()}
    exact = lambda kind, a=None: round(float(train_sums.exact(p, *sums.tokens(kind, sums.pairs(kind, True)), a)), 4)
    scores = {f"base, {kind}": exact(kind) for kind in (*train_sums.KINDS, adapters.KIND)}
    there, steps, curves = [], {}, {}
    for rank in adapters.STEPS:
        if not os.path.exists(f"{folder}/sums-r{rank}.npz"):
            continue
        saved = np.load(f"{folder}/sums-r{rank}.npz")
        for warmth in adapters.STEPS[rank]:
            factors = {name: tuple(saved[f"{warmth}/{name}/{f}"].astype(np.float16) for f in "ab") for name in model.adapted()}
            for name, pair in factors.items():
                out |= {f"{warmth}.r{rank}.{name}.{f}": value for f, value in zip("ab", pair)}
            factors = {name: tuple(value.astype(np.float32) for value in pair) for name, pair in factors.items()}
            there.append([warmth, rank])
            steps[f"{warmth}.r{rank}"] = int(saved[f"{warmth}/steps"])
            scores[f"{warmth}.r{rank}"] = exact(adapters.KIND, adapters.as_adapters(factors))
            curve = f"{folder}/sums-curve-{warmth}.json"
            if rank == 4 and os.path.exists(curve):
                curves[warmth] = json.load(open(curve))
    metadata = {
        "format": "evolarium-essa-sums",
        "task": "sums",
        "kind": adapters.KIND,
        "sign": sums.KINDS[adapters.KIND][0],
        "base-kinds": json.dumps(train_sums.KINDS),
        "layers": model.LAYERS,
        "heads": model.HEADS,
        "vocabulary": sums.VOCABULARY,
        "context": sums.PLACES,
        "answers": sums.ANSWERS,
        "adapters": json.dumps(there),
        "adapter-steps": json.dumps(steps),
        "adapter-seed": adapters.SEED,
        "held-out-rule": "(31 * (a + b) + 17 * a * b) % 101 % 10 == 3",
        "seed": train_sums.SEED,
        "steps": train_sums.STEPS,
        "batch": train_sums.BATCH,
        "held": json.dumps(scores),
        "curves": json.dumps(curves),
        "licence": "MIT",
    }
    tensors.save(path, out, metadata)
    print(f"{path}: {os.path.getsize(path)} bytes, {sum(v.size for v in p.values())} parameters of the base")
    print(json.dumps(scores))


if __name__ == "__main__":
    main(*sys.argv[1:])
