"""Trains a weak base and adapters for it: public/models/essa-redcode.safetensors, for the singular-values arena.

    python training/redcode-lm/adapt.py /tmp/lm-corpus/nano-essa public/models/essa-redcode.safetensors

The base learns from early warriors alone. Then, frozen and as int8, it gets low-rank changes B A of its query, key, value and output
matrices (Hu et al. 2021), trained on late ones. All lengths of training are of one run, so that longer is more of the same. The base is
kept in the corpus's folder, and the file written after each rank.
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
RATE, WARMUP, DECAY, CLIP = 3e-3, 20, 0.01, 1.0
BETAS = (0.9, 0.99)
# The one that is shown first comes first.
RANKS = (4, 2, 8, 16)
MATRICES = ("query", "key", "value", "output")
# Steps by warmth.
STEPS = {"short": 100, "medium": 200, "full": 400}
ADAPT_RATE = 3e-3
PROMPT = 2


def loss(p, batch, pad):
    """Nats a token of the answer."""
    weight = ((np.arange(batch.shape[1]) >= PROMPT)[None, :] & (batch != pad)).astype(jnp.float32)
    logs = jax.nn.log_softmax(model.forward(p, batch[:, :-1]))
    own = jnp.take_along_axis(logs, batch[:, 1:, None], axis=-1)[..., 0]
    return -(own * weight[:, 1:]).sum() / weight[:, 1:].sum()


def adam(tree, first, second, gradient, at, rate, decay):
    length = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(gradient)))
    gradient = jax.tree.map(lambda g: g * jnp.minimum(1.0, CLIP / length), gradient)
    rate = rate * jnp.minimum(1.0, (at + 1) / WARMUP)
    first = jax.tree.map(lambda m, g: BETAS[0] * m + (1 - BETAS[0]) * g, first, gradient)
    second = jax.tree.map(lambda v, g: BETAS[1] * v + (1 - BETAS[1]) * g * g, second, gradient)
    m = jax.tree.map(lambda m: m / (1 - BETAS[0] ** (at + 1)), first)
    v = jax.tree.map(lambda v: v / (1 - BETAS[1] ** (at + 1)), second)
    move = lambda w, m, v: w - rate * (m / (jnp.sqrt(v) + 1e-8) + (decay * w if w.ndim == 2 else 0))
    return jax.tree.map(move, tree, m, v), first, second


def adapted(p, factors):
    return p | {f"{name}.weight": p[f"{name}.weight"] + factors[f"{name}.b"] @ factors[f"{name}.a"] for name in names_of(p)}


def names_of(p):
    return [f"layers.{layer}.attention.{matrix}" for layer in range(model.layers_of(p)) for matrix in MATRICES]


def fresh(p, rank, seed):
    """A drawn, B nothing, so that training begins at the base."""
    draw, factors = np.random.default_rng([seed, rank]), {}
    for name in names_of(p):
        rows, columns = p[f"{name}.weight"].shape
        factors[f"{name}.a"] = draw.normal(0, columns**-0.5, (rank, columns)).astype(np.float32)
        factors[f"{name}.b"] = np.zeros((rows, rank), np.float32)
    return factors


@jax.jit
def step(factors, first, second, at, p, batch, pad):
    value, gradient = jax.value_and_grad(lambda f: loss(adapted(p, f), batch, pad))(factors)
    return *adam(factors, first, second, gradient, at, ADAPT_RATE, 0.0), value


def train_base(meta, rows):
    shape, pad = meta["model"], meta["tokens"]["PAD"]
    p = model.initial(meta["vocabulary"], meta["context"], shape["width"], shape["layers"], SEED)
    steps, draw = shape["steps"], np.random.default_rng(SEED)

    @jax.jit
    def update(p, first, second, at, batch):
        value, gradient = jax.value_and_grad(loss)(p, batch, pad)
        rate = RATE * (0.02 + 0.98 * 0.5 * (1 + jnp.cos(jnp.pi * at / steps)))
        return *adam(p, first, second, gradient, at, rate, DECAY), value

    state, losses = (p, jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p)), []
    for at in range(steps):
        *state, value = update(*state, at, rows[draw.integers(len(rows), size=shape["batch"])])
        losses.append(float(value))
    print(f"base: {steps} steps, last losses {np.mean(losses[-20:]):.3f}", flush=True)
    return jax.tree.map(np.asarray, state[0])


def adapt(p, rows, rank, size, pad, most=max(STEPS.values())):
    """Factors after each number of steps."""
    factors = fresh(p, rank, SEED)
    state = (factors, jax.tree.map(jnp.zeros_like, factors), jax.tree.map(jnp.zeros_like, factors))
    draw, found = np.random.default_rng([SEED, 2]), {}
    for at in range(most):
        *state, _ = step(*state, at, p, rows[draw.integers(len(rows), size=size)], pad)
        for warmth, steps in STEPS.items():
            if at + 1 == steps:
                found[warmth] = jax.tree.map(np.asarray, state[0])
    return found


def save(out, meta, tensors, adapters, losses):
    shape = meta["model"]
    model.save(out, tensors, {
        "id": meta["id"], "format": 1, "task": "warriors", "seed": SEED, "steps": shape["steps"], "corpus": meta["hash"], "vocabulary": meta["vocabulary"],
        "context": meta["context"], "width": shape["width"], "layers": shape["layers"], "heads": model.HEADS,
        "adapters": json.dumps(adapters), "adapter-steps": json.dumps(STEPS), "losses": json.dumps(losses),
    })  # fmt: skip
    print(f"{out}: {os.path.getsize(out)} bytes")


def main(folder, out):
    begun = time.time()
    meta = json.load(open(f"{folder}/split.json"))
    pad = meta["tokens"]["PAD"]
    rows = {part: np.fromfile(f"{folder}/{part}.bin", np.uint8).reshape(-1, meta["width"]).astype(np.int32) for part in ("early", "late", "held")}
    kept = f"{folder}/base.npz"
    if not os.path.exists(kept):
        np.savez(kept, **train_base(meta, rows["early"]))
    q = model.quantised(dict(np.load(kept)))
    p = model.dequantised(q)
    evaluate = jax.jit(lambda p, batch: loss(p, batch, pad))
    thin = lambda table: table[:: max(1, len(table) // 512)][:512]
    measure = lambda p: {part: round(float(evaluate(p, thin(table))), 3) for part, table in rows.items()}
    losses = {"base": measure(p)}
    print(f"base {losses['base']}; {time.time() - begun:.0f} s", flush=True)
    tensors, adapters = dict(q), []
    for rank in RANKS:
        for warmth, factors in adapt(p, rows["late"], rank, meta["model"]["batch"], pad).items():
            halves = {name: value.astype(np.float16) for name, value in factors.items()}
            tensors |= {f"{warmth}.r{rank}.{name}": value for name, value in halves.items()}
            adapters.append([warmth, rank])
            losses[f"{warmth}.r{rank}"] = measure(adapted(p, {name: value.astype(np.float32) for name, value in halves.items()}))
            values = {kind: np.mean([np.linalg.svd(value, compute_uv=False).mean() for name, value in factors.items() if name.endswith(kind)]) for kind in (".a", ".b")}
            print(f"{warmth}, rank {rank}: {losses[f'{warmth}.r{rank}']}, mean singular values {values}; {time.time() - begun:.0f} s", flush=True)
        save(out, meta, tensors, adapters, losses)


if __name__ == "__main__":
    main(*sys.argv[1:3])
