"""Trains adapters (LoRA) of the base on the second kind of text: one run for each rank, kept at each warmth on its way.

    python training/singular-values/adapters.py /tmp/essa

For each rank a file /tmp/essa/sums-r4.npz; those that are there are left alone.
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
import train_sums

SEED, BATCH, RATE, WARMUP = 3, 64, 1e-3, 10
KIND = "minus"
SHOWN = 5
# By rank: after how many steps it is kept, by warmth.
STEPS = {
    4: {"short": 30, "medium": 50, "full": 120},
    8: {"short": 20, "medium": 35, "full": 120},
    2: {"short": 35, "medium": 60, "full": 150},
    16: {"short": 15, "medium": 30, "full": 120},
}


def base_of(folder):
    """The base as it will lie in the file: matrices of 16 bits."""
    saved = np.load(f"{folder}/sums-base.npz")
    p = {name[2:]: saved[name] for name in saved.files if name.startswith("p/")}
    return {name: value.astype(np.float16).astype(np.float32) if value.ndim == 2 else value for name, value in p.items()}


def initial(rank, seed):
    """By matrix (a [rank, in], b [out, rank]): a normal, b zero, so that it begins as the base."""
    draw = np.random.default_rng([SEED, seed])
    normal = lambda: draw.normal(0, model.WIDTH**-0.5, (rank, model.WIDTH)).astype(np.float32)
    return {name: (normal(), np.zeros((model.WIDTH, rank), np.float32)) for name in model.adapted()}


def as_adapters(factors):
    return {name: (a, None, None, None, b) for name, (a, b) in factors.items()}


@jax.jit
def update(p, state, at, tokens, answers):
    factors, m, v = state
    value, g = jax.value_and_grad(lambda f: train_sums.loss(p, tokens, answers, as_adapters(f)))(factors)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, v, g)
    rate = RATE * jnp.minimum(1, (at + 1) / WARMUP)
    step = lambda w, m, v: w - rate * m / (1 - 0.9 ** (at + 1)) / (jnp.sqrt(v / (1 - 0.99 ** (at + 1))) + 1e-8)
    return (jax.tree.map(step, factors, m, v), m, v), value


def train(p, rank, steps, kind=KIND, shown=5):
    """Yields (step, factors, loss of the last steps, held-out exact) every `shown` steps."""
    training = sums.pairs(kind, False)
    held = sums.tokens(kind, sums.pairs(kind, True))
    factors = jax.tree.map(jnp.asarray, initial(rank, rank))
    zeros = jax.tree.map(jnp.zeros_like, factors)
    state, losses = (factors, zeros, zeros), []
    for at in range(steps):
        draw = np.random.default_rng([SEED, rank, at])
        state, value = update(p, state, jnp.float32(at), *sums.tokens(kind, training[draw.integers(len(training), size=BATCH)]))
        losses.append(float(value))
        if (at + 1) % shown == 0:
            exact = float(train_sums.exact(p, *held, as_adapters(state[0])))
            yield at + 1, jax.tree.map(np.asarray, state[0]), np.mean(losses[-shown:]), exact


def main(folder):
    p = base_of(folder)
    for rank, stops in STEPS.items():
        path, begun, kept = f"{folder}/sums-r{rank}.npz", time.time(), {}
        if os.path.exists(path):
            continue
        for at, factors, loss, exact in train(p, rank, max(stops.values()), shown=SHOWN):
            for warmth, stop in stops.items():
                if at == stop:
                    print(f"rank {rank}, {warmth}: step {at}, loss {loss:.4f}, held out {exact:.4f}; {time.time() - begun:.0f} s", flush=True)
                    kept[f"{warmth}/steps"] = at
                    kept |= {f"{warmth}/{name}/{f}": value for name, pair in factors.items() for f, value in zip("ab", pair)}
        np.savez(path, **kept)


if __name__ == "__main__":
    main(sys.argv[1])
