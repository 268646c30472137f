"""Safetensors, as src/share/safetensors.ts reads them."""

import json
import struct

import numpy as np

KINDS = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "I8": np.dtype("i1")}


def save(path, tensors, metadata):
    """Wide types first, so that all are aligned. Metadata become text."""
    names = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    header, offset = {"__metadata__": {key: str(value) for key, value in sorted(metadata.items())}}, 0
    for name in names:
        value = tensors[name]
        if not np.isfinite(value).all():
            raise SystemExit(f"{name} has a number that is none, or too big for its type")
        kind = {4: "F32", 2: "F16", 1: "I8"}[value.itemsize]
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in names:
            file.write(np.ascontiguousarray(tensors[name]).astype(tensors[name].dtype.newbyteorder("<")).tobytes())


def load(path):
    """(tensors by name, floats as f32; metadata)."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(size)), file.read()
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        value = np.frombuffer(data[start:end], KINDS[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = value.astype(np.float32) if value.dtype.kind == "f" else value
    return tensors, metadata
