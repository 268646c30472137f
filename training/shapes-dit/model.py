"""The diffusion transformer, as src/arenas/diffusion-cache/model runs it.

PixArt's block (self-attention, cross-attention to the caption, feed-forward; adaLN-single) on 25 patches of 4 x 4 x 3 numbers.
Angle form of the cosine schedule: x = cos(a) x0 + sin(a) e, a in 0..LAST. Linear layers are [out, in]: y = W x + b.
"""

import jax
import jax.numpy as jnp
import numpy as np

from scenes import GROUND, SIZE, SLOTS, WORDS

PATCH, TOKENS, VALUES = 4, 25, 48
HEADS, FEED, FREQUENCIES = 4, 4, 32
EPSILON = 1e-6
# The angle where sampling begins; at a quarter turn the picture would be divided by nothing.
LAST = 1.52
# A picture in the network's numbers: ground is 0.
SCALE = 2.0
# No weight of a loss above this.
MOST = 12.0
LOWEST, HIGHEST = (0 - GROUND) * SCALE, (1 - GROUND) * SCALE


def initial(width, blocks, seed):
    draw = np.random.default_rng(seed)
    normal = lambda *shape, scale: draw.normal(0, scale, shape).astype(np.float32)
    zeros = lambda *shape: np.zeros(shape, np.float32)
    p = {}

    def linear(name, out, into, scale=1.0):
        p[f"{name}.weight"] = normal(out, into, scale=scale * into**-0.5) if scale else zeros(out, into)
        p[f"{name}.bias"] = zeros(out)

    linear("patch", width, VALUES)
    p["position"] = positions(width)
    linear("time.0", width, 2 * FREQUENCIES)
    linear("time.1", width, width)
    linear("modulation", 6 * width, width, 0.0)
    p["word"] = normal(len(WORDS), width, scale=1.0)
    p["slot"] = normal(SLOTS, width, scale=0.5)
    for name in ("query", "key", "value", "output"):
        linear(f"text.attention.{name}", width, width)
    linear("text.feed.up", FEED * width, width)
    linear("text.feed.down", width, FEED * width)
    for block in range(blocks):
        at = f"blocks.{block}."
        p[f"{at}modulation"] = normal(6, width, scale=0.02)
        for kind in ("attn1", "attn2"):
            for name in ("query", "key", "value"):
                linear(f"{at}{kind}.{name}", width, width)
            linear(f"{at}{kind}.output", width, width, 1.0 if kind == "attn1" else 0.0)
        linear(f"{at}ff.up", FEED * width, width)
        linear(f"{at}ff.down", width, FEED * width)
    p["last.modulation"] = zeros(2, width)
    linear("last", VALUES, width, 0.0)
    return p


def positions(width):
    """Sines and cosines of row and column, [TOKENS, width]; a quarter of the width each."""
    rate = 10000.0 ** (-np.arange(width // 4) / (width // 4)) * np.pi
    side = SIZE // PATCH
    at = np.arange(side)[:, None] * rate[None] / 2
    row, column = np.repeat(at, side, 0), np.tile(at, (side, 1))
    return (1.4 * np.concatenate([np.sin(row), np.cos(row), np.sin(column), np.cos(column)], 1)).astype(np.float32)


def blocks_of(p):
    return sum(name.endswith(".ff.up.weight") and name.startswith("blocks.") for name in p)


@jax.custom_vjp
def affine(x, weight, bias):
    return x @ weight.T + bias


def affine_back(kept, g):
    """By hand, over all rows at once: what JAX derives takes a third longer on a CPU."""
    x, weight = kept
    g2, x2 = g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1])
    return (g2 @ weight).reshape(x.shape), g2.T @ x2, g2.sum(0)


affine.defvjp(lambda x, weight, bias: (affine(x, weight, bias), (x, weight)), affine_back)


def linear(p, name, x):
    return affine(x, p[f"{name}.weight"], p[f"{name}.bias"])


def norm(x):
    mean = x.mean(-1, keepdims=True)
    centred = x - mean
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + EPSILON)


def gelu(x):
    return 0.5 * x * (1 + jnp.tanh(0.7978845608028654 * (x + 0.044715 * x**3)))


def silu(x):
    return x * jax.nn.sigmoid(x)


def attend(p, name, x, source):
    split = lambda y: y.reshape(*y.shape[:-1], HEADS, y.shape[-1] // HEADS)
    q, k, v = split(linear(p, f"{name}.query", x)), split(linear(p, f"{name}.key", source)), split(linear(p, f"{name}.value", source))
    weight = jax.nn.softmax(jnp.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5, -1)
    return linear(p, f"{name}.output", jnp.einsum("bhqk,bkhd->bqhd", weight, v).reshape(x.shape))


def read(p, captions):
    """Captions [B, SLOTS] to text [B, SLOTS, width]: one layer, once a picture."""
    x = p["word"][captions] + p["slot"]
    y = norm(x)
    x = x + attend(p, "text.attention", y, y)
    x = x + linear(p, "text.feed.down", gelu(linear(p, "text.feed.up", norm(x))))
    return norm(x)


def timed(p, angle):
    """Angles [B] to (modulation of all blocks [B, 6, width], embedding [B, width])."""
    rate = np.exp(np.linspace(np.log(0.5), np.log(64.0), FREQUENCIES)).astype(np.float32)
    wave = angle[:, None] * rate
    embedding = linear(p, "time.1", silu(linear(p, "time.0", jnp.concatenate([jnp.sin(wave), jnp.cos(wave)], -1))))
    return linear(p, "modulation", silu(embedding)).reshape(len(angle), 6, -1), embedding


def forward(p, x, angle, text, record=None, kept=None, fresh=None):
    """Noisy patches [B, TOKENS, VALUES] to the network's output, the same shape. `record` collects activations.

    Where `fresh` is not set, a component's output is that of `kept`, a step's record: [B, blocks, 3], or for all rows
    [blocks, 3], and then it is not computed at all.
    """
    def used(block, part, compute):
        if kept is None:
            return compute()
        if fresh.ndim == 2:
            return jax.lax.cond(fresh[block, part], compute, lambda: kept[block][part])
        return jnp.where(fresh[:, block, part, None, None], compute(), kept[block][part])

    shared, embedding = timed(p, angle)
    h = linear(p, "patch", x) + p["position"]
    for block in range(blocks_of(p)):
        at = f"blocks.{block}."
        m = (shared + p[f"{at}modulation"])[:, :, None, :]
        y = norm(h) * (1 + m[:, 1]) + m[:, 0]
        a = used(block, 0, lambda: attend(p, f"{at}attn1", y, y))
        h = h + m[:, 2] * a
        c = used(block, 1, lambda: attend(p, f"{at}attn2", norm(h), text))
        h = h + c
        f = used(block, 2, lambda: linear(p, f"{at}ff.down", gelu(linear(p, f"{at}ff.up", norm(h) * (1 + m[:, 4]) + m[:, 3]))))
        h = h + m[:, 5] * f
        if record is not None:
            record.append((a, c, f))
    m = (p["last.modulation"] + embedding[:, None, :])[:, :, None, :]
    return linear(p, "last", norm(h) * (1 + m[:, 1]) + m[:, 0])


def patches(pictures):
    """[B, SIZE, SIZE, 3] in the network's numbers to [B, TOKENS, VALUES]."""
    side = SIZE // PATCH
    x = pictures.reshape(-1, side, PATCH, side, PATCH, 3)
    return x.transpose(0, 1, 3, 2, 4, 5).reshape(-1, TOKENS, VALUES)


def pictures(x):
    side = SIZE // PATCH
    return x.reshape(-1, side, side, PATCH, PATCH, 3).transpose(0, 1, 3, 2, 4, 5).reshape(-1, SIZE, SIZE, 3)
