"""A small convolutional net that tells what is in a picture; its 32 numbers are what Frechet distances are taken of.

    python training/shapes-dit/features.py public/models/shapes-features.safetensors

A few minutes of one core. src/arenas/diffusion-cache/scenes/features.ts runs it.
"""

import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np
from scipy.linalg import sqrtm

import checker
import export
import model
import scenes

SEED, STEPS, BATCH, RATE, NOISE = 5, 3000, 128, 3e-3, 0.06
# (channels, step) of each convolution.
CONVS, FEATURES = ((16, 1), (32, 2), (32, 2)), 32
# Choices of each head: size, colour, shape; the relation; size, colour, shape or none; whether it is torn.
HEADS = (2, 6, 3, 3, 3, 7, 4, 2)
# Tears are the hardest to learn.
TEARS = 4.0
REFERENCE, FLOORS, DRAWS = 4096, (64, 128, 256), 40


def told(caption):
    """What a picture can tell of its caption: objects from left to right or from above to below, as both ways round look alike."""
    (s, c, f), *rest = scenes.objects_of(caption)
    if not rest:
        return s, c, f, 0, 0, 0, 0
    relation = caption[3] - scenes.FIRST_RELATION
    (s, c, f), (s2, c2, f2) = ((s, c, f), rest[0]) if relation % 2 == 0 else (rest[0], (s, c, f))
    return s, c, f, 1 + relation // 2, 1 + s2, 1 + c2, 1 + f2


def torn(picture, draw):
    """Holes in objects, and specks beside them. Half of the pictures are torn, and the net is to tell: features that only knew
    captions would not see broken shapes."""
    picture = picture.copy()
    inside = np.argwhere(np.abs(picture - scenes.GROUND).sum(-1) > 0.3)
    for _ in range(int(draw.integers(3, 8))):
        (y, x), ink = inside[draw.integers(len(inside))], scenes.GROUND
        if draw.random() < 0.5:
            ink = picture[y, x].copy()
            y, x = np.clip((y, x) + draw.integers(-3, 4, 2), 0, scenes.SIZE - 1)
        picture[y : y + draw.integers(1, 3), x : x + draw.integers(1, 3)] = ink
    return picture


def spoilt(pictures, draw):
    """(pictures, whether each is torn). Half of them have a little noise too: what nobody sees is not to count."""
    tears = draw.integers(2, size=len(pictures))
    pictures = np.array([torn(x, draw) if tear else x for x, tear in zip(pictures, tears)])
    sigma = NOISE * draw.random(len(pictures)) * draw.integers(2, size=len(pictures))
    return (pictures + draw.standard_normal(pictures.shape) * sigma[:, None, None, None]).astype(np.float32), tears


def conv(p, name, step, x):
    """3 x 3, with a border of zeros; [B, H, W, C], weights [out, in, 3, 3]."""
    y = jax.lax.conv_general_dilated(x, p[f"{name}.weight"], (step, step), ((1, 1), (1, 1)), dimension_numbers=("NHWC", "OIHW", "NHWC"))
    return jax.nn.relu(y + p[f"{name}.bias"])


def features(p, pictures):
    """RGB of 0..1, [B, SIZE, SIZE, 3], to [B, FEATURES] in -1..1."""
    x = (pictures - scenes.GROUND.astype(np.float32)) * model.SCALE
    for at, (_, step) in enumerate(CONVS):
        x = conv(p, f"conv.{at}", step, x)
    return jnp.tanh(x.reshape(len(x), -1) @ p["features.weight"].T + p["features.bias"])


def initial(draw):
    p, into, side = {}, 3, scenes.SIZE
    for at, (width, step) in enumerate(CONVS):
        p[f"conv.{at}.weight"] = draw.normal(0, (2 / (9 * into)) ** 0.5, (width, into, 3, 3))
        p[f"conv.{at}.bias"] = np.zeros(width)
        into, side = width, side // step
    p["features.weight"] = draw.normal(0, (side * side * into) ** -0.5, (FEATURES, side * side * into))
    p["features.bias"] = np.zeros(FEATURES)
    p["heads.weight"], p["heads.bias"] = np.zeros((sum(HEADS), FEATURES)), np.zeros(sum(HEADS))
    return {name: value.astype(np.float32) for name, value in p.items()}


def answers(p, pictures):
    logits = features(p, pictures) @ p["heads.weight"].T + p["heads.bias"]
    return jnp.split(logits, np.cumsum(HEADS)[:-1], -1)


def train():
    p = jax.tree.map(jnp.asarray, initial(np.random.default_rng(SEED)))
    m, v = jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p)

    def loss(p, pictures, wanted):
        each = [jax.nn.log_softmax(a)[jnp.arange(BATCH), wanted[:, i]] for i, a in enumerate(answers(p, pictures))]
        return -sum(e.mean() for e in each[:-1]) - TEARS * each[-1].mean()

    @jax.jit
    def update(p, m, v, at, pictures, wanted):
        value, g = jax.value_and_grad(loss)(p, pictures, wanted)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, v, g)
        rate = RATE * 0.5 * (1 + jnp.cos(jnp.pi * at / STEPS)) / (1 - 0.9 ** (at + 1))
        p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v / (1 - 0.99 ** (at + 1))) + 1e-8), p, m, v)
        return p, m, v, value

    painter = scenes.Painter()
    for at in range(STEPS):
        draw = np.random.default_rng([SEED, at])
        captions, pictures = painter.batch(draw, BATCH)
        pictures, tears = spoilt(pictures, draw)
        wanted = np.array([(*told(caption), tear) for caption, tear in zip(captions, tears)])
        p, m, v, value = update(p, m, v, jnp.float32(at), pictures, wanted)
        if (at + 1) % 500 == 0:
            print(f"step {at + 1}: loss {float(value):.3f}", flush=True)
    return {name: np.asarray(value) for name, value in p.items()}


def renders(part, count, draw):
    captions = scenes.split()[part]
    captions = captions[draw.choice(len(captions), count)]
    pictures = np.array([scenes.render(caption, scenes.place(caption, draw)) for caption in captions])
    return captions, pictures.astype(np.float32)


def gaussian(x):
    x = np.asarray(x, np.float64)
    return x.mean(0), np.cov(x.T)


def frechet(a, b):
    """Frechet distance of two Gaussians, squared as is the custom (Heusel et al. 2017)."""
    (m1, c1), (m2, c2) = a, b
    return float(((m1 - m2) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * np.trace(np.real(sqrtm(c1 @ c2))))


def main(path):
    # Rounded before anything is measured: what is shipped is what is measured.
    p = {name: value.astype(np.float16).astype(np.float32) for name, value in train().items()}
    see = jax.jit(lambda pictures: features(p, pictures))
    draw = np.random.default_rng([SEED, 1 << 20])
    for part in ("double", "held", "pair"):
        captions, pictures = renders(part, 1024, draw)
        pictures, tears = spoilt(pictures, draw)
        wanted = np.array([(*told(caption), tear) for caption, tear in zip(captions, tears)])
        right = [float((np.asarray(a).argmax(-1) == wanted[:, i]).mean()) for i, a in enumerate(answers(p, pictures))]
        print(f"{part}, half of them torn: right answers", " ".join(f"{r:.3f}" for r in right))
    _, pictures = renders("held", REFERENCE, draw)
    mean, covariance = gaussian(see(pictures))
    mean, covariance = mean.astype(np.float32), covariance.astype(np.float32)
    reference = mean.astype(np.float64), covariance.astype(np.float64)
    floors = {}
    for count in FLOORS:
        values = [frechet(reference, gaussian(see(renders("held", count, draw)[1]))) for _ in range(DRAWS)]
        floors[count] = np.mean(values), np.std(values)
        print(f"real against real, {count} pictures: {np.mean(values):.4f}, standard deviation {np.std(values):.4f} of {DRAWS} draws")
    _, some = renders("held", 256, draw)
    noise = draw.standard_normal(some.shape)
    for name, changed in {
        "noise .03": some + 0.03 * noise,
        "noise .06": some + 0.06 * noise,
        "blurred": np.array([checker.blurred(x) for x in some]),
        "torn": np.array([torn(x, draw) for x in some]),
        "captions of one object": renders("single", 256, draw)[1],
        "unseen pairs": renders("pair", 256, draw)[1],
    }.items():
        print(f"{name}, 256 pictures: {frechet(reference, gaussian(see(changed.astype(np.float32)))):.4f}")
    tensors = {name: value.astype(np.float16) for name, value in p.items() if not name.startswith("heads.")}
    tensors.update({"reference.mean": mean, "reference.covariance": covariance})
    metadata = {"format": "evolarium-shapes-features", "seed": SEED, "steps": STEPS, "batch": BATCH}
    metadata["reference"] = f"{REFERENCE} renders of held captions"
    for count, (value, deviation) in floors.items():
        metadata[f"floor-{count}"], metadata[f"floor-{count}-deviation"] = f"{value:.6f}", f"{deviation:.6f}"
    export.save(path, tensors, metadata)


if __name__ == "__main__":
    main(sys.argv[1])
