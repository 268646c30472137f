"""Trains a world's model and writes its weights.

    python training/redcode-lm/train.py nano /tmp/lm-corpus public/models/redcode-nano.safetensors

Half of each batch is writing, half mutation; the loss is on answers alone. One seed, one thread: the same numbers each time
on the same kind of processor.
"""

import json
import os
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

import model

SEED = 1
RATE, WARMUP, DECAY, CLIP = 3e-3, 50, 0.01, 1.0
BETAS = (0.9, 0.99)
# Answers whose quality is not told, so that the model can also write of any quality.
UNTOLD = 0.1


def main(world, folder, out, steps=None):
    folder = f"{folder}/{world}"
    meta = json.load(open(f"{folder}/meta.json"))
    shape = meta["model"]
    steps = steps or shape["steps"]
    rows = {
        f"{part}-{kind}": np.fromfile(f"{folder}/{part}-{kind}.bin", np.uint8).reshape(-1, meta["widths"][kind])
        for part in ("train", "held")
        for kind in ("write", "mutate")
    }
    p = model.initial(meta["vocabulary"], meta["context"], shape["width"], shape["layers"], SEED)
    zeros = lambda: jax.tree.map(jnp.zeros_like, p)
    state = (jax.tree.map(jnp.asarray, p), zeros(), zeros())
    draw = np.random.default_rng(SEED)
    pad, sep = meta["tokens"]["PAD"], meta["tokens"]["SEP"]

    def answers(batch, kind):
        """Which places of a row are answer: behind the order, or behind SEP; PAD after the end is none."""
        begins = 2 if kind == "write" else int(np.argmax(batch[0] == sep)) + 1
        return (np.arange(batch.shape[1]) >= begins)[None, :] & (batch != pad)

    def batch_of(kind):
        table = rows[f"train-{kind}"]
        batch = table[draw.integers(len(table), size=shape["batch"])].astype(np.int32)
        weight = answers(batch, kind).astype(np.float32)
        batch[draw.random(len(batch)) < UNTOLD, 0] = pad
        return batch, weight

    def loss(p, batch, weight):
        """Nats a token of the answer."""
        logs = jax.nn.log_softmax(model.forward(p, batch[:, :-1]))
        own = jnp.take_along_axis(logs, batch[:, 1:, None], axis=-1)[..., 0]
        return -(own * weight[:, 1:]).sum() / weight[:, 1:].sum()

    def both(p, write, mutate):
        one, other = loss(p, *write), loss(p, *mutate)
        return one + other, (one, other)

    @jax.jit
    def update(state, at, write, mutate):
        p, first, second = state
        (_, losses), gradient = jax.value_and_grad(both, has_aux=True)(p, write, mutate)
        length = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda g: g * jnp.minimum(1.0, CLIP / length), gradient)
        rate = RATE * jnp.minimum(1.0, (at + 1) / WARMUP) * (0.02 + 0.98 * 0.5 * (1 + jnp.cos(jnp.pi * at / steps)))
        first = jax.tree.map(lambda m, g: BETAS[0] * m + (1 - BETAS[0]) * g, first, gradient)
        second = jax.tree.map(lambda v, g: BETAS[1] * v + (1 - BETAS[1]) * g * g, second, gradient)
        m = jax.tree.map(lambda m: m / (1 - BETAS[0] ** (at + 1)), first)
        v = jax.tree.map(lambda v: v / (1 - BETAS[1] ** (at + 1)), second)
        p = jax.tree.map(lambda w, m, v: w - rate * (m / (jnp.sqrt(v) + 1e-8) + (DECAY * w if w.ndim == 2 else 0)), p, m, v)
        return (p, first, second), losses

    evaluate = jax.jit(loss)

    def held(p, kind, most=512):
        batch = rows[f"held-{kind}"]
        batch = batch[:: max(1, len(batch) // most)][:most].astype(np.int32)
        weight = answers(batch, kind).astype(np.float32)
        return float(np.mean([evaluate(p, batch[i : i + 64], weight[i : i + 64]) for i in range(0, len(batch) - 63, 64)]))

    begun, recent = time.time(), []
    for at in range(steps):
        state, losses = update(state, at, batch_of("write"), batch_of("mutate"))
        recent.append([float(one) for one in losses])
        if (at + 1) % 250 == 0 or at + 1 == steps:
            train = np.mean(recent, axis=0)
            recent = []
            print(
                f"step {at + 1}: train write {train[0]:.3f} mutate {train[1]:.3f}; held-out seeds write {held(state[0], 'write'):.3f} "
                f"mutate {held(state[0], 'mutate'):.3f}; {time.time() - begun:.0f} s",
                flush=True,
            )
    p = jax.tree.map(np.asarray, state[0])
    q = model.quantised(p)
    small = model.dequantised(q)
    print(f"as int8: held-out seeds write {held(small, 'write'):.3f} mutate {held(small, 'mutate'):.3f}")
    model.save(out, q, {
        "id": meta["id"], "format": 1, "seed": SEED, "steps": steps, "corpus": meta["hash"], "vocabulary": meta["vocabulary"],
        "context": meta["context"], "width": shape["width"], "layers": shape["layers"], "heads": model.HEADS,
    })  # fmt: skip
    print(f"{out}: {os.path.getsize(out)} bytes, {sum(v.size for v in p.values())} parameters")


if __name__ == "__main__":
    world, folder, out = sys.argv[1:4]
    main(world, folder, out, int(sys.argv[4]) if len(sys.argv) > 4 else None)
