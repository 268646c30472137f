"""The transformer, as src/llm/transformer runs it, and its file.

Decoder only, pre-LN (gain and bias, epsilon 1e-5), ReLU, learned positions, output tied to the embedding, no output bias.
Names of parameters are those of the safetensors file. Linear layers are [out, in]: y = W x + b.
"""

import json
import struct

import jax
import jax.numpy as jnp
import numpy as np

HEADS = 4
# Of the hidden layer, for each number of the width.
FEED = 4
EPSILON = 1e-5


def initial(vocabulary, context, width, layers, seed):
    """Parameters by name, float32."""
    feed = FEED * width
    draw = np.random.default_rng(seed)
    normal = lambda *shape, scale=0.02: draw.normal(0.0, scale, shape).astype(np.float32)
    ones, zeros = lambda n: np.ones(n, np.float32), lambda n: np.zeros(n, np.float32)
    p = {"embedding": normal(vocabulary, width, scale=0.05), "position": normal(context, width)}
    for layer in range(layers):
        at = f"layers.{layer}."
        for norm in ("norm1", "norm2"):
            p[f"{at}{norm}.gain"], p[f"{at}{norm}.bias"] = ones(width), zeros(width)
        for name in ("query", "key", "value", "output"):
            scale = width**-0.5 / ((2 * layers) ** 0.5 if name == "output" else 1)
            p[f"{at}attention.{name}.weight"] = normal(width, width, scale=scale)
            p[f"{at}attention.{name}.bias"] = zeros(width)
        p[f"{at}feed.up.weight"], p[f"{at}feed.up.bias"] = normal(feed, width, scale=width**-0.5), zeros(feed)
        p[f"{at}feed.down.weight"] = normal(width, feed, scale=feed**-0.5 / (2 * layers) ** 0.5)
        p[f"{at}feed.down.bias"] = zeros(width)
    p["norm.gain"], p["norm.bias"] = ones(width), zeros(width)
    return p


def layers_of(p):
    return sum(name.endswith(".norm1.gain") for name in p)


def norm(x, p, name):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + EPSILON) * p[name + ".gain"] + p[name + ".bias"]


def linear(x, p, name):
    return x @ p[name + ".weight"].T + p[name + ".bias"]


def heads(x):
    """[..., time, width] to [..., heads, time, width / heads]."""
    return jnp.swapaxes(x.reshape(*x.shape[:-1], HEADS, x.shape[-1] // HEADS), -2, -3)


def attend(query, key, value, allowed):
    scores = query @ jnp.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    mixed = jax.nn.softmax(jnp.where(allowed, scores, -1e9), axis=-1) @ value
    return jnp.swapaxes(mixed, -2, -3).reshape(*mixed.shape[:-3], mixed.shape[-2], HEADS * mixed.shape[-1])


def forward(p, tokens):
    """Logits [batch, time, vocabulary] of tokens [batch, time]."""
    time = tokens.shape[1]
    x = p["embedding"][tokens] + p["position"][:time]
    causal = jnp.tril(jnp.ones((time, time), bool))
    for layer in range(layers_of(p)):
        at = f"layers.{layer}."
        y = norm(x, p, at + "norm1")
        query, key, value = (heads(linear(y, p, f"{at}attention.{n}")) for n in ("query", "key", "value"))
        x = x + linear(attend(query, key, value, causal), p, at + "attention.output")
        y = norm(x, p, at + "norm2")
        x = x + linear(jax.nn.relu(linear(y, p, at + "feed.up")), p, at + "feed.down")
    return norm(x, p, "norm") @ p["embedding"].T


def sample(p, prompts, kept, grammar, temperature, seed):
    """Answers [batch, steps] to prompts [batch, length].

    kept [batch, steps] are tokens that stand, -1 where one is drawn; grammar [steps, vocabulary] is 0 or minus infinity to add.
    """
    batch, length = prompts.shape
    steps = kept.shape[1]
    total = length + steps - 1

    def step(carry, at):
        cache, token, key = carry
        x = p["embedding"][token] + p["position"][at]
        seen = (jnp.arange(total) <= at)[None, None, None, :]
        fresh = []
        for layer in range(layers_of(p)):
            name = f"layers.{layer}."
            y = norm(x, p, name + "norm1")[:, None, :]
            query, k, v = (heads(linear(y, p, f"{name}attention.{n}")) for n in ("query", "key", "value"))
            keys = jax.lax.dynamic_update_slice(cache[layer][0], k, (0, 0, at, 0))
            values = jax.lax.dynamic_update_slice(cache[layer][1], v, (0, 0, at, 0))
            fresh.append((keys, values))
            x = x + linear(attend(query, keys, values, seen)[:, 0], p, name + "attention.output")
            y = norm(x, p, name + "norm2")
            x = x + linear(jax.nn.relu(linear(y, p, name + "feed.up")), p, name + "feed.down")
        logits = norm(x, p, "norm") @ p["embedding"].T
        key, own = jax.random.split(key)
        answer_at = jnp.maximum(at - (length - 1), 0)
        drawn = jax.random.categorical(own, logits / temperature + grammar[answer_at])
        stands = kept[:, answer_at]
        following = jnp.where(stands >= 0, stands, drawn)
        given = prompts[:, jnp.minimum(at + 1, length - 1)]
        following = jnp.where(at + 1 < length, given, following)
        return (fresh, following, key), following

    empty = jnp.zeros((batch, HEADS, total, p["embedding"].shape[1] // HEADS), jnp.float32)
    start = ([(empty, empty)] * layers_of(p), prompts[:, 0], jax.random.PRNGKey(seed))
    _, tokens = jax.lax.scan(step, start, jnp.arange(total))
    return tokens.T[:, length - 1 :]


def is_matrix(name, value):
    return value.ndim == 2


def quantised(p):
    """Matrices as int8 rows with a float32 scale each; vectors as they are. What {@link save} writes."""
    out = {}
    for name, value in p.items():
        value = np.asarray(value, np.float32)
        if not is_matrix(name, value):
            out[name] = value
            continue
        scale = np.maximum(np.abs(value).max(axis=1), 1e-12).astype(np.float32) / np.float32(127)
        out[name] = np.clip(np.rint(value / scale[:, None]), -127, 127).astype(np.int8)
        out[name + ".scale"] = scale
    return out


def dequantised(q):
    return {
        name: value.astype(np.float32) * q[name + ".scale"][:, None] if value.dtype == np.int8 else value
        for name, value in q.items()
        if not name.endswith(".scale")
    }


def save(path, q, metadata):
    """Safetensors: wide types first, so that all of them are aligned."""
    names = sorted(q, key=lambda name: (-q[name].itemsize, name))
    header, offset = {"__metadata__": {key: str(value) for key, value in sorted(metadata.items())}}, 0
    for name in names:
        size = q[name].nbytes
        kind = {4: "F32", 2: "F16", 1: "I8"}[q[name].itemsize]
        header[name] = {"dtype": kind, "shape": list(q[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in names:
            file.write(np.ascontiguousarray(q[name]).astype(q[name].dtype.newbyteorder("<")).tobytes())


def load(path):
    """Tensors as they lie in the file, and the metadata."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(size)), file.read()
    metadata = header.pop("__metadata__")
    kinds = {"I8": np.int8, "F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
    return {
        name: np.frombuffer(data[t["data_offsets"][0] : t["data_offsets"][1]], kinds[t["dtype"]]).reshape(t["shape"])
        for name, t in header.items()
    }, metadata
