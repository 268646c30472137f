"""Trains the base on addition and subtraction and keeps a checkpoint, from which it goes on when it is started again.

    python training/singular-values/train_sums.py /tmp/essa

One seed, one thread, every batch drawn from the seed and the number of its step: stopped and started, the same numbers as in
one go on the same kind of processor.
"""

import os
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

import model
import sums

SEED, STEPS, BATCH = 1, 240, 256
KINDS = ("add", "subtract")
MUON, ADAM, WARMUP, FLAT, LAST_SHARE, CLIP, DECAY = 0.01, 2e-3, 50, 0.5, 0.02, 1.0, 0.01
SAVED = 50


def orthogonal(g):
    """Newton and Schulz's iteration towards the nearest orthogonal matrix (Jordan et al. 2024), for a stack of matrices."""
    x = g / (jnp.linalg.norm(g, axis=(-2, -1), keepdims=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    x = jnp.swapaxes(x, -1, -2) if tall else x
    for _ in range(5):
        a = x @ jnp.swapaxes(x, -1, -2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return jnp.swapaxes(x, -1, -2) if tall else x


def muon(moments):
    """Updates of all matrices, those of one shape at once."""
    groups = {}
    for name, value in moments.items():
        groups.setdefault(value.shape, []).append(name)
    updates = {}
    for shape, names in groups.items():
        stack = orthogonal(jnp.stack([moments[name] for name in names])) * max(1.0, shape[0] / shape[1]) ** 0.5
        updates.update({name: stack[i] for i, name in enumerate(names)})
    return updates


def loss(p, tokens, answers, adapters=None):
    """Nats a character of the answer."""
    logs = jax.nn.log_softmax(model.forward(p, tokens, adapters, sums.ANSWERS))
    return -jnp.take_along_axis(logs, answers[..., None], axis=-1).mean()


@jax.jit
def exact(p, tokens, answers, adapters=None):
    """Share of answers that are right in every character: with greedy decoding, the share that it would write."""
    return (model.forward(p, tokens, adapters, sums.ANSWERS).argmax(-1) == answers).all(-1).mean()


@jax.jit
def update(state, at, tokens, answers):
    p, m, v = state["p"], state["m"], state["v"]
    value, g = jax.value_and_grad(loss)(p, tokens, answers)
    length = jnp.sqrt(sum((x**2).sum() for x in g.values()))
    g = jax.tree.map(lambda x: x * jnp.minimum(1.0, CLIP / length), g)
    done = jnp.maximum(0.0, (at / STEPS - FLAT) / (1 - FLAT))
    rate = jnp.minimum(1.0, (at + 1) / WARMUP) * (LAST_SHARE + (1 - LAST_SHARE) * (1 - done))
    hidden = {n for n in p if n.endswith(".weight")}
    m = {n: (0.95 if n in hidden else 0.9) * m[n] + (0.05 if n in hidden else 0.1) * g[n] for n in p}
    v = {n: v[n] if n in hidden else 0.98 * v[n] + 0.02 * g[n] ** 2 for n in p}
    steps_of = muon({n: 0.95 * m[n] + 0.05 * g[n] for n in hidden})
    fresh = {}
    for n in p:
        if n in hidden:
            fresh[n] = p[n] * (1 - DECAY * MUON * rate) - MUON * rate * steps_of[n]
        else:
            step = m[n] / (1 - 0.9 ** (at + 1)) / (jnp.sqrt(v[n] / (1 - 0.98 ** (at + 1))) + 1e-8)
            fresh[n] = p[n] - ADAM * rate * step
    return {"p": fresh, "m": m, "v": v}, value


def main(folder):
    os.makedirs(folder, exist_ok=True)
    path = f"{folder}/sums-base.npz"
    p = model.initial(len(sums.VOCABULARY), sums.PLACES, SEED)
    trees = {"p": p, "m": jax.tree.map(np.zeros_like, p), "v": jax.tree.map(np.zeros_like, p)}
    at = 0
    if os.path.exists(path):
        saved = np.load(path)
        at = int(saved["at"])
        trees = {tree: {name: saved[f"{tree}/{name}"] for name in p} for tree in trees}
    state = jax.tree.map(jnp.asarray, trees)
    training = [sums.pairs(kind, False) for kind in KINDS]
    held = [sums.tokens(kind, sums.pairs(kind, True)) for kind in KINDS]
    begun, recent = time.time(), []
    while at < STEPS:
        draw = np.random.default_rng([SEED, at])
        parts = [sums.tokens(kind, rows[draw.integers(len(rows), size=BATCH // len(KINDS))]) for kind, rows in zip(KINDS, training)]
        state, value = update(state, jnp.float32(at), *(np.concatenate(part) for part in zip(*parts)))
        recent.append(float(value))
        at += 1
        if at % 50 == 0:
            scores = ", ".join(f"{kind} {exact(state['p'], *part):.4f}" for kind, part in zip(KINDS, held))
            print(f"step {at}: loss {np.mean(recent):.4f}, held out {scores}; {time.time() - begun:.0f} s", flush=True)
            recent = []
        if at % SAVED == 0 or at == STEPS:
            flat = {f"{tree}/{name}": np.asarray(value) for tree, values in state.items() for name, value in values.items()}
            np.savez(path + ".part.npz", at=at, **flat)
            os.replace(path + ".part.npz", path)


if __name__ == "__main__":
    main(sys.argv[1])
