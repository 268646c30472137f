"""A checkpoint's averaged weights as safetensors of 16 bits, tensors named as in model.py.

    python training/shapes-dit/export.py x0-6 /tmp/shapes public/models/shapes-dit.safetensors
"""

import json
import struct
import sys

import numpy as np

KINDS = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}


def save(path, tensors, metadata):
    """Safetensors, those of 32 bits first, so that all are aligned. Arrays are f16 or f32."""
    names = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    header, offset = {"__metadata__": {key: str(value) for key, value in sorted(metadata.items())}}, 0
    for name in names:
        value = tensors[name]
        if not np.isfinite(value).all():
            raise SystemExit(f"{name} has a number that is none, or too big for 16 bits")
        kind = {2: "F16", 4: "F32"}[value.itemsize]
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in names:
            file.write(np.ascontiguousarray(tensors[name]).astype(tensors[name].dtype.newbyteorder("<")).tobytes())


def load(path):
    """(tensors as f32 by name, metadata)."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(size)), file.read()
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[start:end], KINDS[entry["dtype"]]).reshape(entry["shape"]).astype(np.float32)
    return tensors, metadata


def main(candidate, folder, path):
    import model
    import train

    shape = train.CANDIDATES[candidate]
    saved = np.load(f"{folder}/{candidate}.npz")
    tensors = {name[4:]: saved[name].astype(np.float16) for name in saved.files if name.startswith("ema/")}
    metadata = {
        "format": "evolarium-shapes-dit",
        "candidate": candidate,
        "output": shape["output"],
        "width": shape["width"],
        "blocks": shape["blocks"],
        "heads": model.HEADS,
        "last-angle": model.LAST,
        "scale": model.SCALE,
        "sampling-steps": 12,
        "guidance": 3,
        "training-steps": int(saved["at"]),
        "training-batch": train.BATCH,
        "training-seed": train.SEED,
        "training-loss": round(float(saved["losses"][-1][1]), 4),
    }
    save(path, tensors, metadata)
    count = sum(value.size for value in tensors.values())
    print(f"{path}: {count} parameters, {int(saved['at'])} of {shape['steps']} steps")


if __name__ == "__main__":
    main(*sys.argv[1:])
