"""The rival that has gradients: expert iteration (Anthony et al. 2017) of the short adapter, noted in the model's file.

    python training/redcode-lm/expert.py /tmp/lm-corpus/nano-essa public/models/essa-redcode.safetensors

Each round writes as many warriors as ten generations of the arena's search (16 members of 16 texts), at its temperature, judges them as
it does, and trains the adapter on the best tenth. After each round 256 fresh texts are judged by the held-out opponents.
"""

import json
import os
import subprocess
import sys

import adapt
import jax
import jax.numpy as jnp
import model
import numpy as np

RANK, ROUNDS, TEXTS, BEST, STEPS, TEMPERATURE, MEASURED = 4, 3, 2560, 0.1, 100, 0.5, 256
BATCH = 256


def main(folder, out):
    meta = json.load(open(f"{folder}/split.json"))
    pad, end, steps = meta["tokens"]["PAD"], meta["tokens"]["EOS"], len(meta["grammar"])
    tensors, about = model.load(out)
    base = model.dequantised({name: value for name, value in tensors.items() if ".r" not in name})
    prefix = f"short.r{RANK}."
    factors = {name[len(prefix) :]: value.astype(np.float32) for name, value in tensors.items() if name.startswith(prefix)}
    closed = np.full((steps, meta["vocabulary"]), -1e9, np.float32)
    for step, allowed in enumerate(meta["grammar"]):
        closed[step, allowed] = 0
    draw = jax.jit(model.sample)
    prompts = np.tile(np.asarray([[pad, 1]], np.int32), (BATCH, 1))
    kept = np.full((BATCH, steps), -1, np.int32)

    def write(factors, count, seed):
        p, texts = adapt.adapted(base, factors), []
        for at in range(0, count, BATCH):
            texts += np.asarray(draw(p, prompts, kept, closed, TEMPERATURE, 1000 * seed + at // BATCH)).tolist()
        return [row[: row.index(end) + 1] if end in row else row for row in texts[:count]]

    def judged(texts, generation):
        json.dump({"texts": texts, "generation": generation}, open(f"{folder}/ask.json", "w"))
        subprocess.run(["npx", "tsx", os.path.join(os.path.dirname(__file__), "judge.ts"), f"{folder}/ask.json", f"{folder}/answer.json"], check=True)
        return json.load(open(f"{folder}/answer.json"))

    def measured(factors, number):
        texts = write(factors, MEASURED, 99)
        found = judged(texts, 0)
        distinct = len({tuple(text) for text in texts}) / len(texts)
        row = [300 * float(np.mean(found["points"])), found["won"], found["distance"], found["kinds"], distinct]
        print(f"round {number}: {[round(value, 3) for value in row]}", flush=True)
        return [number, *(round(value, 4) for value in row)]

    rows = [measured(factors, 0)]
    for number in range(1, ROUNDS + 1):
        texts = write(factors, TEXTS, number)
        points = np.asarray(judged(texts, number)["points"])
        best = np.argsort(-points, kind="stable")[: int(BEST * TEXTS)]
        table = np.full((len(best), meta["width"]), pad, np.int32)
        for row, at in enumerate(best):
            table[row, : 2 + len(texts[at])] = [pad, 1, *texts[at]]
        state = (factors, jax.tree.map(jnp.zeros_like, factors), jax.tree.map(jnp.zeros_like, factors))
        random = np.random.default_rng([adapt.SEED, number])
        for at in range(STEPS):
            *state, _ = adapt.step(*state, at, base, table[random.integers(len(table), size=meta["model"]["batch"])], pad)
        factors = jax.tree.map(np.asarray, state[0])
        rows.append(measured(factors, number))
    model.save(out, tensors, about | {"expert": json.dumps(rows), "expert-about": f"{ROUNDS} rounds of {TEXTS} texts, the best {BEST:.0%} of each, {STEPS} steps, temperature {TEMPERATURE}: round, points, won, token distance, kinds, distinct"})


if __name__ == "__main__":
    main(*sys.argv[1:3])
