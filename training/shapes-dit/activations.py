"""A small network with seeded weights and what it comes to, for the tests of the engines.

    python training/shapes-dit/activations.py tests/fixtures/diffusion-cache

small.safetensors (f16) and activations.json: raw outputs of all components, and the network's, at two angles.
"""

import json
import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np

import export
import model

WIDTH, BLOCKS, SEED = 16, 2, 7


def main(folder):
    draw = np.random.default_rng(SEED)
    p = model.initial(WIDTH, BLOCKS, SEED)
    # What begins at zero would hide mistakes.
    p = {name: (value + 0.1 * draw.standard_normal(value.shape)).astype(np.float16).astype(np.float32) for name, value in p.items()}
    export.save(f"{folder}/small.safetensors", {name: value.astype(np.float16) for name, value in p.items()}, {"output": "x0"})
    captions = np.array([[3, 4, 10, 13, 2, 6, 11], [2, 9, 12, 0, 0, 0, 0]], np.int32)
    x = draw.standard_normal((2, model.TOKENS, model.VALUES)).astype(np.float32)
    angle = np.array([1.2, 0.3], np.float32)
    record = []
    out = np.asarray(model.forward(p, x, angle, model.read(p, captions), record))
    round4 = lambda a: [float(f"{v:.6g}") for v in np.asarray(a).reshape(-1)]
    json.dump(
        {
            "captions": captions.tolist(),
            "angles": angle.tolist(),
            "x": [round4(one) for one in x.astype(np.float32)],
            "components": [[[round4(part[i][0]) for part in block] for block in record] for i in (0, 1)],
            "output": [round4(one) for one in out],
        },
        open(f"{folder}/activations.json", "w"),
    )


if __name__ == "__main__":
    main(sys.argv[1])
