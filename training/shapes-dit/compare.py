"""Does caching pay on a candidate, or only the place of whole steps? On held-out pictures, at equal cost.

    python training/shapes-dit/compare.py /tmp/shapes/v-6.safetensors ... [--evaluations 150] [--pictures 24] [--held 128] [--seeds 1]

Errors are mean squared differences to the candidate's own full sampling of the same noise and caption, RGB of 0 to 1.
A search begins at the best grids of whole steps and may put parts of steps anywhere: what single components and blocks bring,
it can find. The few-step sampler takes a grid's steps alone, each as long as it has to be.
"""

import argparse
import itertools
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import checker
import evaluate
import export
import model
import sample
import scenes

STEPS, GUIDANCE = sample.STEPS, sample.GUIDANCE
ANGLES = (model.LAST * (1 - np.arange(STEPS + 1) / STEPS)).astype(np.float32)
PARTS = ("self-attention", "attention to the caption", "feed-forward")
EVERIES = (3, 5)


@partial(jax.jit, static_argnames="output")
def cached(p, captions, noise, fresh, angles, output):
    """Pictures of a schedule, `fresh` [steps, blocks, 3], whose steps begin at `angles` [steps + 1]; the first computes everything."""
    text = model.read(p, jnp.concatenate([captions, jnp.full_like(captions, scenes.NULL)]))

    def step(x, kept, angle, after, fresh):
        record = []
        twice = jnp.concatenate([x, x])
        out = model.forward(p, twice, jnp.full(len(twice), angle), text, record, kept, fresh)
        with_caption, without = jnp.split(out, 2)
        guided = without + GUIDANCE * (with_caption - without)
        x0 = jnp.clip(sample.picture_of(guided, x, angle, output), sample.LOWEST, sample.HIGHEST)
        return jnp.cos(after) * x0 + jnp.sin(after) * (x - jnp.cos(angle) * x0) / jnp.sin(angle), record

    first = step(noise, None, angles[0], angles[1], None)
    return jax.lax.scan(lambda at, now: (step(*at, *now), None), first, (angles[1:-1], angles[2:], fresh[1:]))[0][0]


class Judge:
    """Ways of sampling one set of captions and noise."""

    def __init__(self, p, output, captions, seed):
        self.p, self.output, self.captions = jax.tree.map(jnp.asarray, p), output, np.asarray(captions, np.int32)
        self.blocks = model.blocks_of(p)
        self.noise = np.random.default_rng(seed).standard_normal((len(captions), model.TOKENS, model.VALUES), np.float32)
        self.known = {}
        self.whole = self.pictures(self.full(STEPS), ANGLES)

    def full(self, steps):
        return np.ones((steps, self.blocks, 3), bool)

    def pictures(self, fresh, angles):
        x = cached(self.p, self.captions, self.noise, fresh, angles, self.output)
        return np.clip(np.asarray(model.pictures(np.asarray(x))) / model.SCALE + scenes.GROUND, 0, 1)

    def errors(self, fresh, angles=ANGLES):
        key = fresh.tobytes(), angles.tobytes()
        if key not in self.known:
            self.known[key] = ((self.pictures(fresh, angles) - self.whole) ** 2).mean((1, 2, 3))
        return self.known[key]

    def alone(self, grid):
        """The few-step sampler."""
        return self.errors(self.full(len(grid)), np.append(ANGLES[list(grid)], np.float32(0)))

    def agreement(self, pictures):
        checks = [[met for _, met in checker.check(c, x)] for c, x in zip(self.captions, pictures)]
        return sum(map(sum, checks)) / sum(map(len, checks))


def costs(p):
    """Share of a step's work of each component of a block."""
    width, blocks, tokens = p["patch.weight"].shape[0], model.blocks_of(p), model.TOKENS
    each = np.array([4 * width**2 + 2 * tokens * width, 2 * width**2 + 2 * scenes.SLOTS * width, 2 * model.FEED * width**2])
    return np.broadcast_to(each / each.sum() / blocks, (blocks, 3))


def every(n, blocks, *parts):
    """FORA: everything in every n-th step; and these components in all."""
    fresh = np.zeros((STEPS, blocks, 3), bool)
    fresh[::n] = True
    fresh[:, :, list(parts)] = True
    return fresh


def on(grid, blocks):
    fresh = np.zeros((STEPS, blocks, 3), bool)
    fresh[list(grid)] = True
    return fresh


def changed(fresh, share, budget, draw):
    """A few parts of steps put elsewhere, within the budget (in steps)."""
    fresh = fresh.copy()
    cost = lambda: (fresh * share).sum()

    def some():
        first, last = np.sort(draw.integers(fresh.shape[1] + 1, size=2))
        part = slice(None) if draw.random() < 0.3 else slice(at := draw.integers(3), at + 1)
        return draw.integers(1, STEPS), slice(first, max(last, first + 1)), part

    for _ in range(draw.integers(1, 4)):
        if draw.random() < 0.25:
            at = draw.integers(1, STEPS - 1)
            fresh[[at, at + 1]] = fresh[[at + 1, at]]
        else:
            fresh[some()] = draw.random() < 0.5
    for _ in range(200):
        if cost() <= budget + 1e-9:
            break
        fresh[some()] = False
    for _ in range(20):
        more = fresh.copy()
        more[some()] = True
        if (more * share).sum() <= budget + 1e-9:
            fresh = more
    return fresh if cost() <= budget + 1e-9 else None


def search(judge, share, steps, rated, evaluations, draw):
    """Of everything that costs no more than so many whole steps, by mutation of the best four; `rated` grids come free."""
    score = lambda fresh: float(judge.errors(fresh).mean())
    pool = sorted(((score(on(g, judge.blocks)), i, on(g, judge.blocks)) for i, (_, g) in enumerate(rated[:4])), key=lambda one: one[:2])
    for at in range(len(pool), evaluations):
        child = changed(pool[draw.integers(len(pool))][2], share, steps, draw)
        if child is None or any((child == other).all() for *_, other in pool):
            continue
        pool = sorted([*pool, (score(child), at, child)], key=lambda one: one[:2])[:4]
    return pool[0][2]


def ratio(ones, others):
    """Mean error over mean error of the same pictures, with an interval of 95 % over pictures."""
    draw = np.random.default_rng(1)
    picks = draw.integers(len(ones), size=(2000, len(ones)))
    low, high = np.quantile(ones[picks].mean(1) / others[picks].mean(1), (0.025, 0.975))
    return f"{ones.mean() / others.mean():.2f} ({low:.2f} to {high:.2f})"


def report(path, evaluations, pictures, count, seeds):
    p, metadata = export.load(path)
    output = metadata["output"]
    share, blocks = costs(p), model.blocks_of(p)
    held = Judge(p, output, evaluate.captions_of("held", count, np.random.default_rng(21)), 22)
    print(f"\n### {metadata['candidate']}: {output}, {blocks} blocks, {metadata['training-steps']} steps, loss {metadata['training-loss']}")
    print(f"requirements met in full, {count} held-out pictures: {held.agreement(held.whole):.3f}\n", flush=True)
    print("| | cost | error, thousandths | times its own grid of whole steps alone |\n|---|---|---|---|")
    for n in (2, 3, 4):
        alone = held.alone(range(0, STEPS, n))
        print(f"| {len(range(0, STEPS, n))} uniform steps | {1 / n:.3f} | {1000 * alone.mean():.2f} | 1 |")
        for name, parts in (("", ()), *((f", {part} fresh", (i,)) for i, part in enumerate(PARTS))):
            fresh = every(n, blocks, *parts)
            cost = (fresh * share).sum() / STEPS
            errors = held.errors(fresh)
            print(f"| FORA-{n}{name} | {cost:.3f} | {1000 * errors.mean():.2f} | {ratio(errors, alone)} |", flush=True)
    print("\n| found at the cost of | cost | error, thousandths | its own grid | times its own grid | times its own grid at that cost | times the best grid: steps, error |")
    print("|---|---|---|---|---|---|---|")
    for n in EVERIES:
        steps = len(range(0, STEPS, n))
        grids = [(0, *rest) for rest in itertools.combinations(range(1, STEPS), steps - 1)]
        for seed in range(seeds):
            draw = np.random.default_rng([31, n, seed])
            judge = Judge(p, output, evaluate.captions_of("seen", pictures, draw), [32, seed])
            rated = sorted((float(judge.alone(grid).mean()), grid) for grid in grids)
            found = search(judge, share, steps, rated, evaluations, draw)
            whole = (found * share).sum((1, 2))
            own = tuple(int(i) for i in np.flatnonzero(whole >= 0.5)) or (0,)
            alike = next(g for _, g in rated if set(own) <= set(g) or set(g) <= set(own))
            best, errors = rated[0][1], held.errors(found)
            print(
                f"| FORA-{n}, seed {seed + 1} | {whole.sum() / STEPS:.3f} | {1000 * errors.mean():.2f} | {' '.join(map(str, own))} | "
                f"{ratio(errors, held.alone(own))} | {ratio(errors, held.alone(alike))} | {ratio(errors, held.alone(best))}: {' '.join(map(str, best))}, {1000 * held.alone(best).mean():.2f} |",
                flush=True,
            )
            print("  what it computes of each step:", " ".join(f"{x:.2f}" for x in whole), "of components:", (found * share).sum((0, 1)).round(2), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("weights", nargs="+")
    for name, value in (("evaluations", 150), ("pictures", 24), ("held", 128), ("seeds", 1)):
        options.add_argument(f"--{name}", type=int, default=value)
    asked = options.parse_args()
    for path in asked.weights:
        report(path, asked.evaluations, asked.pictures, asked.held, asked.seeds)
