"""Training for being cached: the network learns to come to the same picture when parts of it are old.

Stretches of the starting weights' own full samplings (`paths`, kept in the folder) are sampled again with random parts of every
step taken from the step before, as the arena does it; what the guided network then says is drawn towards what it said in full.
The first step of a stretch computes everything, so full sampling is held to what it was, too.
"""

import os

import jax
import jax.numpy as jnp
import numpy as np

import model
import sample
import scenes

PATHS, AT_ONCE = 4096, 128
# Pictures a step of training, and steps of sampling in a stretch.
PICTURES, STRETCH = 8, 4
SEED = 5
ANGLES = (model.LAST * (1 - np.arange(sample.STEPS + 1) / sample.STEPS)).astype(np.float32)


def guided(out):
    """Rows with their captions, then the same without, to what guidance makes of them."""
    with_caption, without = jnp.split(out, 2)
    return without + sample.GUIDANCE * (with_caption - without)


def moved(x, x0, angle, after):
    return jnp.cos(after) * x0 + jnp.sin(after) * (x - jnp.cos(angle) * x0) / jnp.sin(angle)


def clamped(x0):
    return jnp.clip(x0, sample.LOWEST, sample.HIGHEST)


def text_of(p, captions):
    return model.read(p, jnp.concatenate([captions, jnp.full_like(captions, scenes.NULL)]))


def paths(p, path):
    """(captions [PATHS, SLOTS], x [PATHS, STEPS, TOKENS, VALUES], x0 the same) of full sampling."""
    if os.path.exists(path):
        saved = np.load(path)
        return saved["captions"], saved["x"], saved["x0"]
    painter, draw, p = scenes.Painter(), np.random.default_rng(SEED), jax.tree.map(jnp.asarray, p)

    @jax.jit
    def run(captions, noise):
        text = text_of(p, captions)

        def step(x, at):
            x0 = clamped(guided(model.forward(p, jnp.concatenate([x, x]), jnp.full(2 * AT_ONCE, at[0]), text)))
            return moved(x, x0, at[0], at[1]), (x, x0)

        return jax.lax.scan(step, noise, jnp.stack([ANGLES[:-1], ANGLES[1:]], 1))[1]

    rows = []
    for _ in range(PATHS // AT_ONCE):
        captions, _ = painter.batch(draw, AT_ONCE)
        noise = draw.standard_normal((AT_ONCE, model.TOKENS, model.VALUES), np.float32)
        rows.append((captions, *(np.asarray(a).swapaxes(0, 1) for a in run(captions, noise))))
    captions, x, x0 = (np.concatenate(parts) for parts in zip(*rows))
    np.savez(path + ".part.npz", captions=captions, x=x, x0=x0)
    os.replace(path + ".part.npz", path)
    return captions, x, x0


def some(draw, blocks):
    """What of one step is computed, [blocks, 3]: nothing, everything, one component, some blocks, or anything."""
    kind = draw.random()
    fresh = np.zeros((blocks, 3), bool)
    if kind < 0.15:
        fresh[:] = True
    elif kind < 0.4:
        fresh[:, draw.integers(3)] = True
    elif kind < 0.6:
        first, last = np.sort(draw.integers(blocks + 1, size=2))
        fresh[first:last] = True
    elif kind < 0.75:
        fresh[:] = draw.random((blocks, 3)) < draw.random()
    return fresh


def most(draw, blocks):
    """The same, but for a third of the steps the other way round: one component or some blocks rest, and all else is computed."""
    fresh = some(draw, blocks)
    return ~fresh if draw.random() < 0.35 else fresh


# How parts rest, and whether errors late in sampling weigh more, as they do in the ordinary loss.
WAYS = {"some": (some, True), "most": (most, False)}


class Stale:
    def __init__(self, p, path, way):
        self.schedule, self.late = WAYS[way]
        self.captions, self.x, self.x0 = paths(p, path)
        self.blocks = model.blocks_of(p)

    def batch(self, draw):
        which = draw.integers(PATHS, size=PICTURES)
        first = draw.integers(sample.STEPS - STRETCH + 1, size=PICTURES)
        wanted = np.stack([self.x0[i, at : at + STRETCH] for i, at in zip(which, first)], 1)
        fresh = np.array([[self.schedule(draw, self.blocks) for _ in range(PICTURES)] for _ in range(STRETCH)])
        fresh[0] = True
        return self.captions[which], self.x[which, first], first, wanted, fresh

    def loss(self, p, captions, x, first, wanted, fresh):
        text, kept, total = text_of(p, captions), None, 0.0
        for at in range(STRETCH):
            angle, after = (jnp.asarray(ANGLES)[first + at + i] for i in (0, 1))
            record = []
            twice = lambda y: jnp.concatenate([y, y])
            out = model.forward(p, twice(x), twice(angle), text, record, kept, None if kept is None else twice(fresh[at]))
            kept, x0 = record, guided(out)
            # Outside of what colours there are the sampler clamps; the slope is as if it did not.
            error = x0 + jax.lax.stop_gradient(clamped(x0) - x0) - wanted[at]
            weight = jnp.minimum(1 / jnp.sin(angle) ** 2, model.MOST) if self.late else 1.0
            total += ((error**2).mean((1, 2)) * weight).mean()
            x = jax.lax.stop_gradient(moved(x, clamped(x0), angle[:, None, None], after[:, None, None]))
        return total / STRETCH
