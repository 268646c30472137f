"""The transformer, as src/llm/transformer/oracle.ts has it, with adapters; for one model or a population of them.

Decoder only, pre-LN (gain and bias, epsilon 1e-5), ReLU, learned positions, output tied to the embedding, no output bias.
Names of parameters are those of the safetensors file. Linear layers are [out, in]: y = W x + b.

An adapter of a matrix is (v, sA, m, sB, u): y += u (sB (m (sA (v x)))), v [rank, in], m [rank, rank], u [out, rank]. The two
vectors s are [rank], or [population, 1, 1, rank] where x is [population, batch, place, width]; what is left out is None.
"""

import jax
import jax.numpy as jnp
import numpy as np

LAYERS, WIDTH, HEADS, HIDDEN = 4, 128, 4, 512
EPSILON = 1e-5
ADAPTED = ("query", "key", "value", "output")


def initial(vocabulary, context, seed):
    """Parameters by name, float32."""
    draw = np.random.default_rng(seed)
    normal = lambda *shape, scale: draw.normal(0.0, scale, shape).astype(np.float32)
    ones, zeros = lambda n: np.ones(n, np.float32), lambda n: np.zeros(n, np.float32)
    p = {"embedding": normal(vocabulary, WIDTH, scale=0.1), "position": normal(context, WIDTH, scale=0.05)}
    for layer in range(LAYERS):
        at = f"layers.{layer}."
        for norm in ("norm1", "norm2"):
            p[f"{at}{norm}.gain"], p[f"{at}{norm}.bias"] = ones(WIDTH), zeros(WIDTH)
        for name in ADAPTED:
            scale = WIDTH**-0.5 / ((2 * LAYERS) ** 0.5 if name == "output" else 1)
            p[f"{at}attention.{name}.weight"] = normal(WIDTH, WIDTH, scale=scale)
            p[f"{at}attention.{name}.bias"] = zeros(WIDTH)
        p[f"{at}feed.up.weight"], p[f"{at}feed.up.bias"] = normal(HIDDEN, WIDTH, scale=WIDTH**-0.5), zeros(HIDDEN)
        p[f"{at}feed.down.weight"] = normal(WIDTH, HIDDEN, scale=HIDDEN**-0.5 / (2 * LAYERS) ** 0.5)
        p[f"{at}feed.down.bias"] = zeros(WIDTH)
    p["norm.gain"], p["norm.bias"] = ones(WIDTH), zeros(WIDTH)
    return p


def adapted():
    """Names of the matrices that are adapted, layer by layer."""
    return [f"layers.{layer}.attention.{name}" for layer in range(LAYERS) for name in ADAPTED]


def norm(x, p, name):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + EPSILON) * p[name + ".gain"] + p[name + ".bias"]


@jax.custom_vjp
def product(x, weight):
    return x @ weight.T


def product_back(kept, g):
    """By hand, over all rows at once: what JAX derives takes longer on a CPU."""
    x, weight = kept
    g2, x2 = g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1])
    return (g2 @ weight).reshape(x.shape), g2.T @ x2


product.defvjp(lambda x, weight: (product(x, weight), (x, weight)), product_back)


def linear(x, p, name, adapters=None):
    y = product(x, p[name + ".weight"]) + p[name + ".bias"]
    if not adapters:
        return y
    v, s_a, m, s_b, u = adapters[name]
    low = x @ v.T
    low = low if s_a is None else low * s_a
    low = low if m is None else low @ m.T
    low = low if s_b is None else low * s_b
    return y + low @ u.T


def heads(x):
    """[..., place, width] to [..., heads, place, width / heads]."""
    return jnp.swapaxes(x.reshape(*x.shape[:-1], HEADS, x.shape[-1] // HEADS), -2, -3)


def attend(query, key, value, allowed):
    scores = query @ jnp.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    mixed = jax.nn.softmax(jnp.where(allowed, scores, -1e9), axis=-1) @ value
    return jnp.swapaxes(mixed, -2, -3).reshape(*mixed.shape[:-3], mixed.shape[-2], WIDTH)


def forward(p, tokens, adapters=None, answers=None, members=None):
    """Logits [batch, place, vocabulary] of tokens [batch, place], at the last `answers` places; with members in front of a population."""
    places = tokens.shape[1]
    kept = places if answers is None else answers
    x = p["embedding"][tokens] + p["position"][:places]
    x = x if members is None else jnp.broadcast_to(x, (members, *x.shape))
    causal = jnp.tril(jnp.ones((places, places), bool))
    for layer in range(LAYERS):
        at = f"layers.{layer}."
        y = norm(x, p, at + "norm1")
        key, value = (heads(linear(y, p, f"{at}attention.{n}", adapters)) for n in ("key", "value"))
        # From here on nobody looks back at what is not answered.
        if layer == LAYERS - 1:
            x, y, causal = x[..., -kept:, :], y[..., -kept:, :], causal[-kept:]
        query = heads(linear(y, p, at + "attention.query", adapters))
        x = x + linear(attend(query, key, value, causal), p, at + "attention.output", adapters)
        y = norm(x, p, at + "norm2")
        x = x + linear(jax.nn.relu(linear(y, p, at + "feed.up")), p, at + "feed.down")
    return norm(x, p, "norm") @ p["embedding"].T
