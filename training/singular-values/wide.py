"""Adapters of rank 32 of the sums model that ships, in a file of their own: who does not want them does not load them.

    python training/singular-values/wide.py public/models/essa-sums.safetensors public/models/essa-sums-32.safetensors

Trained as adapters.py trains the others; the base is read from the file, as it lies there.
"""

import hashlib
import json
import os
import sys

import numpy as np

import adapters
import model
import sums
import tensors
import train_sums

RANK = 32
# After how many steps it is kept, by warmth.
STOPS = {"short": 10, "medium": 20, "full": 120}


def main(source, path):
    p, notes = tensors.load(source)
    p = {name: value for name, value in p.items() if name.split(".")[0] not in STOPS}
    held = sums.tokens(adapters.KIND, sums.pairs(adapters.KIND, True))
    out, scores = {}, {}
    for at, factors, loss, _ in adapters.train(p, RANK, max(STOPS.values()), shown=10):
        for warmth, stop in STOPS.items():
            if at != stop:
                continue
            kept = {name: tuple(value.astype(np.float16) for value in pair) for name, pair in factors.items()}
            out |= {f"{warmth}.r{RANK}.{name}.{f}": value for name, pair in kept.items() for f, value in zip("ab", pair)}
            factors = {name: tuple(value.astype(np.float32) for value in pair) for name, pair in kept.items()}
            scores[f"{warmth}.r{RANK}"] = round(float(train_sums.exact(p, *held, adapters.as_adapters(factors))), 4)
            print(f"rank {RANK}, {warmth}: step {at}, loss {loss:.4f}, held out {scores[f'{warmth}.r{RANK}']}", flush=True)
    metadata = {
        "format": "evolarium-essa-sums-adapters",
        "task": "sums-adapters",
        "kind": adapters.KIND,
        "layers": model.LAYERS,
        "width": model.WIDTH,
        "adapters": json.dumps([[warmth, RANK] for warmth in STOPS]),
        "adapter-steps": json.dumps({f"{warmth}.r{RANK}": stop for warmth, stop in STOPS.items()}),
        "adapter-seed": adapters.SEED,
        "base-sha256": hashlib.sha256(open(source, "rb").read()).hexdigest(),
        "held": json.dumps(scores),
        "licence": "MIT",
    }
    tensors.save(path, out, metadata)
    print(f"{path}: {os.path.getsize(path)} bytes, beside {notes['format']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
