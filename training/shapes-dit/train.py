"""Trains a candidate and keeps a checkpoint, from which it goes on when it is started again.

    python training/shapes-dit/train.py x0-6 /tmp/shapes

One seed, one thread, every batch drawn from the seed and the number of its step: stopped and started, the same numbers as in
one go on the same kind of processor.
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

import export
import model
import scenes
import stale

SEED = 1
BATCH = 64
# What is compared: what the network gives (the picture, the noise, or v = cos(a) noise - sin(a) picture), blocks, width, steps of
# training. `start`: the candidate whose exported weights, FOLDER/START.safetensors, it goes on from, without its last layer where
# that gave something else. `stale`: it learns to be cached (stale.py) beside `batch` ordinary pictures. `rate`: of the rates below.
CANDIDATES = {
    # Begun for 12,000 steps; the rate falls as for 7,000 from step 2,500 on.
    "x0-6": dict(output="x0", blocks=6, width=96, steps=7000, planned=(2500, 12000)),
    "x0-12": dict(output="x0", blocks=12, width=64, steps=10000),
    "noise-6": dict(output="noise", blocks=6, width=96, steps=4000, start="x0-6"),
    # These two were stopped on their way to 4,000 and 3,000 steps, and their rates fall as for so many.
    "v-6": dict(output="v", blocks=6, width=96, steps=1000, planned=(1000, 4000), start="x0-6"),
    "stale-6": dict(
        output="x0", blocks=6, width=96, steps=1000, planned=(1000, 3000), start="x0-6", stale="some", paths="x0-6", batch=16, rate=0.25
    ),
    "staler-6": dict(output="x0", blocks=6, width=96, steps=1400, start="stale-6", stale="most", paths="x0-6", batch=16, rate=0.25),
}
MUON, ADAM, WARMUP, FLAT, LAST_SHARE = 0.007, 1.5e-3, 100, 0.15, 0.03
CLIP, DECAY, KEPT = 1.0, 0.01, 0.999
# Captions that are dropped, for classifier-free guidance.
DROPPED = 0.12
SAVED = 500


def is_matrix(name, value):
    """Muon's: the matrices of blocks. Adam has the rest."""
    return value.ndim == 2 and name.startswith(("blocks.", "text.")) and name.endswith("weight")


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


def main(candidate, folder):
    shape = CANDIDATES[candidate]
    steps, output = shape["steps"], shape["output"]
    until, first_plan = shape.get("planned", (0, steps))
    os.makedirs(folder, exist_ok=True)
    path = f"{folder}/{candidate}.npz"
    p = model.initial(shape["width"], shape["blocks"], SEED)
    if "start" in shape:
        started, its = export.load(f"{folder}/{shape['start']}.safetensors")
        p.update({name: value for name, value in started.items() if its["output"] == output or not name.startswith("last.")})
    count, old = shape.get("batch", BATCH), None
    if "stale" in shape:
        whose = f"{folder}/{shape['paths']}"
        old = stale.Stale(export.load(f"{whose}.safetensors")[0], f"{whose}.paths.npz", shape["stale"])
    fixed = {"position"}
    names = [name for name in p if name not in fixed]
    trees = {"p": p, "ema": dict(p), "m": {n: np.zeros_like(p[n]) for n in names}, "v": {n: np.zeros_like(p[n]) for n in names}}
    at, losses = 0, []
    if os.path.exists(path):
        saved = np.load(path)
        at, losses = int(saved["at"]), saved["losses"].tolist()
        trees = {tree: {name: saved[f"{tree}/{name}"] for name in trees[tree]} for tree in trees}
    state = jax.tree.map(jnp.asarray, trees)
    painter = scenes.Painter()

    def batch_of(step):
        draw = np.random.default_rng([SEED, step])
        captions, pictures = painter.batch(draw, count)
        captions[draw.random(count) < DROPPED] = scenes.NULL
        angle = (draw.permutation(count) + draw.random(count)) / count * model.LAST
        x0 = model.patches((pictures - scenes.GROUND) * model.SCALE)
        ordinary = captions, x0.astype(np.float32), angle.astype(np.float32), draw.standard_normal(x0.shape, np.float32)
        return ordinary if old is None else (*ordinary, *old.batch(draw))

    def loss(p, captions, x0, angle, noise, *cached):
        cos, sin = jnp.cos(angle)[:, None, None], jnp.sin(angle)[:, None, None]
        out = model.forward(p, cos * x0 + sin * noise, angle, model.read(p, captions))
        wanted = {"x0": x0, "noise": noise, "v": cos * noise - sin * x0}[output]
        error = ((out - wanted) ** 2).mean((1, 2))
        # All three are the error of v, but for the weight's limit.
        share = {"x0": jnp.sin(angle), "noise": jnp.cos(angle), "v": jnp.ones_like(angle)}[output]
        value = (error * jnp.minimum(1 / share**2, model.MOST)).mean()
        return value + old.loss(p, *cached) if cached else value

    @jax.jit
    def update(state, at, *batch):
        p, m, v = state["p"], state["m"], state["v"]
        trained = {n: p[n] for n in names}
        value, g = jax.value_and_grad(lambda t: loss({**p, **t}, *batch))(trained)
        length = jnp.sqrt(sum((x**2).sum() for x in g.values()))
        g = jax.tree.map(lambda x: x * jnp.minimum(1.0, CLIP / length), g)
        plan = jnp.where(at < until, first_plan, steps)
        done = jnp.maximum(0.0, (at / plan - FLAT) / (1 - FLAT))
        rate = shape.get("rate", 1.0) * jnp.minimum(1.0, (at + 1) / WARMUP) * (LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + jnp.cos(jnp.pi * done)))
        hidden = {n for n in names if is_matrix(n, p[n])}
        m = {n: (0.95 if n in hidden else 0.9) * m[n] + (0.05 if n in hidden else 0.1) * g[n] for n in names}
        v = {n: v[n] if n in hidden else 0.98 * v[n] + 0.02 * g[n] ** 2 for n in names}
        steps_of = muon({n: 0.95 * m[n] + 0.05 * g[n] for n in hidden})
        fresh = dict(p)
        for n in names:
            if n in hidden:
                fresh[n] = p[n] * (1 - DECAY * MUON * rate) - MUON * rate * steps_of[n]
            else:
                step = m[n] / (1 - 0.9 ** (at + 1)) / (jnp.sqrt(v[n] / (1 - 0.98 ** (at + 1))) + 1e-8)
                fresh[n] = p[n] - ADAM * rate * step
        kept = jnp.minimum(KEPT, (at + 1) / (at + 10))
        ema = {n: kept * state["ema"][n] + (1 - kept) * fresh[n] for n in p}
        return {"p": fresh, "ema": ema, "m": m, "v": v}, value

    begun, recent = time.time(), []
    while at < steps:
        state, value = update(state, jnp.float32(at), *batch_of(at))
        recent.append(value)
        at += 1
        if at % 100 == 0:
            losses.append([at, float(jnp.stack(recent).mean())])
            recent = []
            print(f"{candidate} step {at}: loss {losses[-1][1]:.4f}; {time.time() - begun:.0f} s", flush=True)
        if at % SAVED == 0 or at == steps:
            flat = {f"{tree}/{name}": np.asarray(value) for tree, values in state.items() for name, value in values.items()}
            np.savez(path + ".part.npz", at=at, losses=np.array(losses), **flat)
            os.replace(path + ".part.npz", path)
    json.dump({**shape, "candidate": candidate, "seed": SEED, "batch": count, "losses": losses}, open(f"{folder}/{candidate}.json", "w"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
