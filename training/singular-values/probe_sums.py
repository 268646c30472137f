"""The tables of essa-sums' card: evolution on the singular values of both factors of every adapter.

    python training/singular-values/probe_sums.py effect public/models/essa-sums.safetensors
    python training/singular-values/probe_sums.py gradient public/models/essa-sums.safetensors short /tmp/essa
    python training/singular-values/probe_sums.py evolve public/models/essa-sums.safetensors short 4 cma 24 .8 0
    python training/singular-values/probe_sums.py evolve public/models/essa-sums.safetensors short 4 es 24 .3 0

The last three of evolve are the population, sigma and the seed.

Genes are offsets in units of the mean singular value of A factors, and of B factors, over the network. Members of a generation
answer the same pairs, new ones each time; what is reported is the distribution's mean on all held-out pairs.
"""

import json
import os
import sys
import time
import warnings

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

import model
import sums
import tensors
import train_sums

BATCH, MOST_SIGMA, STEP = 100, 2.0, 0.5
SHOWN = (0, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100)
GRADIENT_RATE, GRADIENT_SHOWN = 0.03, (0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100)


def decomposed(factors):
    """(shared parts by matrix: v, m, u; values of A [matrices, rank]; of B), as src/arenas/singular-values/model/shape.ts has them."""
    shared, s_as, s_bs = {}, [], []
    for name in model.adapted():
        a, b = (np.asarray(one, np.float64) for one in factors[name])
        u_a, s_a, v_a = np.linalg.svd(a, full_matrices=False)
        u_b, s_b, v_b = np.linalg.svd(b, full_matrices=False)
        shared[name] = tuple(np.asarray(one, np.float32) for one in (v_a, v_b @ u_a, u_b))
        s_as.append(s_a)
        s_bs.append(s_b)
    return shared, np.array(s_as), np.array(s_bs)


def adapters_of(shared, s_a, s_b):
    """Adapters of values [..., matrices, rank]; of a population where there are two dimensions more than rank's own."""
    wide = (lambda s: s[:, None, None, :]) if s_a.ndim == 3 else (lambda s: s)
    return {name: (v, wide(s_a[..., at, :]), m, wide(s_b[..., at, :]), u) for at, (name, (v, m, u)) in enumerate(shared.items())}


class Space:
    """What genes mean: the values that they are added to, and the units."""

    def __init__(self, p, factors):
        p = {name: jnp.asarray(value) for name, value in p.items()}
        self.p = p
        self.shared, self.s_a, self.s_b = decomposed(factors)
        self.matrices, self.rank = self.s_a.shape
        # Per matrix, A's offsets, then B's.
        self.genes = 2 * self.matrices * self.rank
        self.units = self.s_a.mean(), self.s_b.mean()
        self._answers = jax.jit(lambda p, s_a, s_b, read: model.forward(p, read, adapters_of(self.shared, s_a, s_b), sums.ANSWERS, len(s_a)).argmax(-1))

    def values(self, genes):
        """Genes [members, genes] to values of both factors [members, matrices, rank]."""
        offsets = np.asarray(genes).reshape(-1, self.matrices, 2, self.rank)
        of = lambda s, unit, at: (s + unit * offsets[:, :, at]).astype(np.float32)
        return of(self.s_a, self.units[0], 0), of(self.s_b, self.units[1], 1)

    def answers(self, genes, read):
        return np.asarray(self._answers(self.p, *self.values(genes), read))

    def exact(self, genes, read, right):
        """Share of exact answers by member."""
        return (self.answers(genes, read) == right).all(-1).mean(-1)


def from_file(path, warmth, rank):
    held, metadata = tensors.load(path)
    p = {name: value for name, value in held.items() if name.split(".")[0] not in ("short", "medium", "full")}
    like = "short" if warmth == "none" else warmth
    factors = {n: tuple(held[f"{like}.r{rank}.{n}.{f}"] for f in "ab") for n in model.adapted()}
    if warmth == "none":
        # As strong as the short ones, in no direction that training found.
        draw = np.random.default_rng(9)
        other = lambda w: (lambda r: (r * np.linalg.norm(w) / np.linalg.norm(r)).astype(np.float32))(draw.standard_normal(w.shape))
        factors = {name: (other(a), other(b)) for name, (a, b) in factors.items()}
    return Space(p, factors), metadata.get("kind", "subtract")


def ranked(rewards):
    """Centred ranks, -.5 to .5; those that tie share theirs."""
    order = (rewards[:, None] > rewards).sum(1) + ((rewards[:, None] == rewards).sum(1) - 1) / 2
    return order / (len(rewards) - 1) - 0.5


class EvolutionStrategy:
    """OpenAI-ES: mirrored samples, centred ranks, a fixed sigma."""

    def __init__(self, genes, sigma, population, seed):
        self.mean, self.sigma, self.half, self.draw = np.zeros(genes), sigma, population // 2, np.random.default_rng(seed)

    def ask(self):
        noise = self.draw.standard_normal((self.half, len(self.mean)))
        self.noise = np.concatenate([noise, -noise])
        return self.mean + self.sigma * self.noise

    def tell(self, members, losses):
        self.mean = self.mean + STEP * self.noise.T @ ranked(-np.asarray(losses)) / (len(losses) * self.sigma)


def run(space, kind, method, population, sigma, seed, most=max(SHOWN), shown=SHOWN):
    """Yields (generation, held-out exact of the mean) at generations `shown`."""
    training, held = sums.pairs(kind, False), sums.tokens(kind, sums.pairs(kind, True))
    if method == "cma":
        import cma

        es = cma.CMAEvolutionStrategy(np.zeros(space.genes), sigma, {"popsize": population, "seed": seed + 1, "verbose": -9})
    else:
        es = EvolutionStrategy(space.genes, sigma, population, seed)
    for generation in range(most + 1):
        if generation in shown:
            yield generation, float(space.exact(es.mean[None], *held)[0])
        draw = np.random.default_rng([seed, generation])
        read, right = sums.tokens(kind, training[draw.integers(len(training), size=BATCH)])
        members = es.ask()
        es.tell(members, [-float(one) for one in space.exact(members, read, right)])
        es.sigma = min(es.sigma, MOST_SIGMA)


def by_gradient(space, kind, steps=100, shown=GRADIENT_SHOWN):
    """Held-out exact by step of Adam on the same genes, through the cross entropy of answers."""
    training, held = sums.pairs(kind, False), sums.tokens(kind, sums.pairs(kind, True))
    units = np.array(space.units, np.float32)[:, None]

    def adapters(genes):
        offsets = genes.reshape(space.matrices, 2, space.rank) * units
        return adapters_of(space.shared, jnp.asarray(space.s_a, jnp.float32) + offsets[:, 0], jnp.asarray(space.s_b, jnp.float32) + offsets[:, 1])

    slope = jax.jit(jax.grad(lambda genes, p, read, right: train_sums.loss(p, read, right, adapters(genes))))
    exact = lambda genes: train_sums.exact(space.p, *held, adapters(genes))
    genes = m = v = np.zeros(space.genes, np.float32)
    curve = []
    for step in range(steps + 1):
        if step in shown:
            curve.append([step, round(float(exact(genes)), 4)])
        draw = np.random.default_rng([7, step])
        g = np.asarray(slope(genes, space.p, *sums.tokens(kind, training[draw.integers(len(training), size=BATCH)])))
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        genes = genes - GRADIENT_RATE * m / (1 - 0.9 ** (step + 1)) / (np.sqrt(v / (1 - 0.99 ** (step + 1))) + 1e-8)
    return curve


def effect(space, kind, sigma, population=12):
    """Share of answers that differ between two members, and the mean exactness."""
    draw = np.random.default_rng(5)
    training = sums.pairs(kind, False)
    read, right = sums.tokens(kind, training[draw.integers(len(training), size=BATCH)])
    answers = space.answers(sigma * draw.standard_normal((population, space.genes)), read)
    differ = [(answers[i] != answers[j]).any(-1).mean() for i in range(population) for j in range(i)]
    return np.mean(differ), (answers == right).all(-1).mean()


def main(what, path, warmth="short", rank="4", method="cma", population="24", sigma="0.8", seed="0"):
    warnings.filterwarnings("ignore")
    if what == "gradient":
        space, kind = from_file(path, warmth, 4)
        curve = by_gradient(space, kind)
        print(warmth, curve)
        with open(f"{rank}/sums-curve-{warmth}.json", "w") as file:
            json.dump(curve, file)
        return
    space, kind = from_file(path, warmth, int(rank))
    if what == "effect":
        for one in (0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0):
            print(warmth, one, *(round(float(value), 3) for value in effect(space, kind, one)), flush=True)
        return
    begun = time.time()
    for generation, value in run(space, kind, method, int(population), float(sigma), int(seed)):
        print(f"{warmth} r{rank} {method} {population} sigma {sigma} seed {seed} generation {generation}: {value:.4f}; {time.time() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
