"""Pictures of captions, by DDIM in equal steps of the angle; a sheet of them as PNG.

    python training/shapes-dit/sample.py public/models/shapes-dit.safetensors /tmp/sheet.png
"""

import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import export
import model
import scenes

STEPS, GUIDANCE = 12, 3.0
LOWEST = np.tile(model.LOWEST, model.VALUES // 3).astype(np.float32)
HIGHEST = np.tile(model.HIGHEST, model.VALUES // 3).astype(np.float32)


def picture_of(out, x, angle, output):
    """What the network's output says that the picture is."""
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    return {"x0": lambda: out, "noise": lambda: (x - sin * out) / cos, "v": lambda: cos * x - sin * out}[output]()


@partial(jax.jit, static_argnames=("output", "steps"))
def run(p, captions, noise, guidance, output, steps):
    """Noise [B, TOKENS, VALUES] to pictures, the same shape. The network sees every picture twice: with its caption, and with none."""
    count = len(captions)
    text = model.read(p, jnp.concatenate([captions, jnp.full_like(captions, scenes.NULL)]))

    def step(x, at):
        angle = model.LAST * (1 - at / steps)
        out = model.forward(p, jnp.concatenate([x, x]), jnp.full(2 * count, angle), text)
        guided = out[count:] + guidance * (out[:count] - out[count:])
        x0 = jnp.clip(picture_of(guided, x, angle, output), LOWEST, HIGHEST)
        # What the noise is, if the clamped picture is right.
        e = (x - jnp.cos(angle) * x0) / jnp.sin(angle)
        after = model.LAST * (1 - (at + 1) / steps)
        return jnp.cos(after) * x0 + jnp.sin(after) * e, None

    return jax.lax.scan(step, noise, jnp.arange(steps, dtype=jnp.float32))[0]


def sample(p, output, captions, seed, steps=STEPS, guidance=GUIDANCE):
    """RGB in 0..1, [B, SIZE, SIZE, 3]."""
    noise = np.random.default_rng(seed).standard_normal((len(captions), model.TOKENS, model.VALUES), np.float32)
    x = run(p, jnp.asarray(captions, jnp.int32), noise, guidance, output, steps)
    return np.clip(np.asarray(model.pictures(np.asarray(x))) / model.SCALE + scenes.GROUND, 0, 1)


def sheet(path, rows, scale=5, gap=4):
    """Rows of pictures as PNG, each pixel `scale` wide."""
    from PIL import Image

    side = scenes.SIZE * scale + gap
    out = np.full((len(rows) * side, max(map(len, rows)) * side, 3), 60, np.uint8)
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            big = np.rint(np.asarray(picture) * 255).astype(np.uint8).repeat(scale, 0).repeat(scale, 1)
            out[y * side : y * side + big.shape[0], x * side : x * side + big.shape[1]] = big
    Image.fromarray(out).save(path)


def main(weights, path):
    p, metadata = export.load(weights)
    parts = scenes.split()
    draw = np.random.default_rng(3)
    rows = []
    for name in ("single", "held", "held", "held", "pair", "pair"):
        captions = parts[name][draw.choice(len(parts[name]), 8, replace=False)]
        rows.append(sample(p, metadata["output"], captions, int(draw.integers(1 << 30))))
        print("; ".join(scenes.text_of(caption) for caption in captions))
    sheet(path, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
