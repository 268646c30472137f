"""Lets a model answer what evaluate.ts asks: `ask.json` to `answers-ID.json`, with the weights as they are shipped (int8).

    python training/redcode-lm/sample.py nano /tmp/lm-corpus public/models/redcode-nano.safetensors
"""

import json
import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import numpy as np

import model

BATCH = 96


def main(world, folder, weights):
    folder = f"{folder}/{world}"
    meta = json.load(open(f"{folder}/meta.json"))
    asked = json.load(open(f"{folder}/ask.json"))
    q, about = model.load(weights)
    p = model.dequantised(q)
    steps, end = len(meta["grammar"]), meta["tokens"]["EOS"]
    closed = np.full((steps, meta["vocabulary"]), -1e9, np.float32)
    for step, allowed in enumerate(meta["grammar"]):
        closed[step, allowed] = 0
    draw = jax.jit(model.sample)
    answers = {}
    for number, group in enumerate(asked["groups"]):
        prompts, kept = np.asarray(group["prompts"], np.int32), np.asarray(group["kept"], np.int32)
        grammar = closed if group["masked"] else np.zeros_like(closed)
        found = []
        for at in range(0, len(prompts), BATCH):
            seed = 1000 * number + at // BATCH
            found += np.asarray(draw(p, prompts[at : at + BATCH], kept[at : at + BATCH], grammar, group["temperature"], seed)).tolist()
        answers[group["name"]] = [row[: row.index(end) + 1] if end in row else row for row in found]
        print(group["name"], len(found), flush=True)
    json.dump(answers, open(f"{folder}/answers-{about['id']}.json", "w"))


if __name__ == "__main__":
    main(*sys.argv[1:4])
