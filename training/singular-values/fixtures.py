"""What the arena's networks are held to: logits of both models, calculated by JAX in 64 bits from the shipped weights.

    python training/singular-values/fixtures.py tests/fixtures/singular-values/activations.json
"""

import json
import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np

import model
import probe_sums
import sums
import tensors

SEED = 11


def rounded(values, digits=8):
    return [float(f"{value:.{digits}g}") for value in np.asarray(values, np.float64).reshape(-1)]


def fashion(draw):
    held, _ = tensors.load("public/models/essa-fashion.safetensors")
    wide = {name: value.astype(np.float64) for name, value in held.items()}
    rows = np.sort(draw.choice(len(held["labels.held"]), 6, replace=False))
    x = (wide["images.held"][rows] + 128) / 255
    u, s, v = np.linalg.svd(wide["short.delta"], full_matrices=False)
    offsets = np.round(draw.normal(0, 0.4, len(s)), 3)
    changed = (u * (s + s.mean() * offsets)) @ v
    logits = lambda delta: rounded(x @ (wide["base.weight"] + delta).T + wide["base.bias"])
    return {
        "rows": rows.tolist(),
        "labels": held["labels.held"][rows].tolist(),
        "values": rounded(s),
        "unit": float(s.mean()),
        "offsets": offsets.tolist(),
        "base": logits(0),
        "short": logits(wide["short.delta"]),
        "changed": logits(changed),
    }


def texts(draw):
    space, kind = probe_sums.from_file("public/models/essa-sums.safetensors", "short", 4)
    both = sums.pairs(kind, True)
    read, right = sums.tokens(kind, both[draw.choice(len(both), 4, replace=False)])
    p = {name: jnp.asarray(value, jnp.float64) for name, value in space.p.items()}
    held, _ = tensors.load("public/models/essa-sums.safetensors")
    factors = {name: tuple(held[f"short.r4.{name}.{f}"].astype(np.float64) for f in "ab") for name in model.adapted()}
    offsets = np.round(draw.normal(0, 0.2, space.genes), 3)

    def with_offsets(offsets):
        # The factors themselves are built anew: not the form that engines use.
        own = offsets.reshape(space.matrices, 2, space.rank)
        adapters = {}
        for at, (name, (a, b)) in enumerate(factors.items()):
            u_a, s_a, v_a = np.linalg.svd(a, full_matrices=False)
            u_b, s_b, v_b = np.linalg.svd(b, full_matrices=False)
            a = (u_a * (s_a + space.units[0] * own[at, 0])) @ v_a
            b = (u_b * (s_b + space.units[1] * own[at, 1])) @ v_b
            adapters[name] = (jnp.asarray(a), None, None, None, jnp.asarray(b))
        return adapters

    logits = lambda adapters: rounded(model.forward(p, read, adapters, sums.ANSWERS))
    return {
        "kind": kind,
        "read": ["".join(sums.VOCABULARY[t] for t in row) for row in read],
        "tokens": read.tolist(),
        "right": right.tolist(),
        "units": [float(one) for one in space.units],
        "values": {"a": rounded(space.s_a), "b": rounded(space.s_b)},
        "offsets": offsets.tolist(),
        "base": logits(None),
        "short": logits(with_offsets(np.zeros(space.genes))),
        "changed": logits(with_offsets(offsets)),
    }


def main(path):
    draw = np.random.default_rng(SEED)
    note = (
        "Logits in 64 bits of the shipped weights. fashion: [row][class], product form. sums: rank 4, [text][answer][token] at the last three of eight places, "
        "factor-wise form; offsets by matrix (layer by layer: query, key, value, output), A's four and then B's, of singular values that fall, in units."
        " Tolerance for 32 bits: 1e-4 (absolute; JAX in 32 bits is within 1e-5)."
    )
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump({"note": note, "seed": SEED, "fashion": fashion(draw), "sums": texts(draw)}, file, separators=(",", ":"))
        file.write("\n")
    print(f"{path}: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
