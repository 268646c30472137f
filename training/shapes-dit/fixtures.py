"""Writes what src/arenas/diffusion-cache/scenes is held to: renders, verdicts, distances, features, and Frechet distances.

    python training/shapes-dit/fixtures.py tests/fixtures/diffusion-cache
"""

import json
import sys

import numpy as np

import checker
import export
import features
import scenes

SEED = 7


def spoilt(picture, how, draw):
    if how == 0:
        return picture
    if how == 1:
        return picture + draw.normal(0, 0.06, picture.shape)
    if how == 2:
        return checker.blurred(picture)
    # Torn: a few pixels are lost, a few are of any colour; so that verdicts are of both kinds.
    torn = picture.copy()
    for _ in range(12):
        y, x = draw.integers(scenes.SIZE, size=2)
        torn[y : y + 2, x : x + 2] = draw.random(3) if draw.random() < 0.5 else scenes.GROUND
    return torn


def scene_rows(draw, count):
    parts = scenes.split()
    captions = np.concatenate(list(parts.values()))
    rows = []
    for i in range(count):
        caption = captions[draw.integers(len(captions))]
        centres = scenes.place(caption, draw)
        if i % 3 == 2:
            centres = [(x + float(draw.normal(0, 0.7)), y + float(draw.normal(0, 0.7))) for x, y in centres]
        # Eight bits a channel, as fixtures are to be small; the checker reads the same numbers in both languages.
        bytes_ = np.clip(np.rint(spoilt(scenes.render(caption, centres), i % 4, draw) * 255), 0, 255).astype(np.uint8)
        asked = caption if draw.random() < 0.5 else checker.changed(caption, draw)
        picture = bytes_ / 255
        rows.append(
            {
                "caption": [int(w) for w in caption],
                "text": scenes.text_of(caption),
                "centres": centres,
                "sums": moments(scenes.render(caption, centres)),
                "asked": [int(w) for w in asked],
                "bytes": bytes_.tobytes().hex(),
                "verdicts": [[kind, bool(met)] for kind, met in checker.check(asked, picture)],
                "distance": checker.render_distance(asked, picture),
            }
        )
    return rows


def moments(picture):
    """Weighted sums that a wrong pixel would show in, without the pixels themselves."""
    at = np.arange(picture.size)
    flat = picture.ravel()
    return [float(flat.sum()), float((flat * np.sin(at)).sum()), float((flat * np.cos(at * 0.37)).sum()), float((flat**2).sum())]


def frechet_rows(draw):
    rows = []
    for size, count in ((1, 9), (3, 40), (8, 60), (16, 12), (32, 128)):
        a, b = draw.normal(size=(count, size)).round(3), (draw.normal(size=(count, size)) @ draw.normal(size=(size, size)) * 0.4 + 0.3).round(3)
        m1, m2, c1, c2 = a.mean(0), b.mean(0), np.atleast_2d(np.cov(a.T)), np.atleast_2d(np.cov(b.T))
        value = features.frechet((m1, c1), (m2, c2))
        rows.append({"size": size, "a": a.tolist(), "b": b.tolist(), "distance": value})
    return rows


def features_of(rows):
    """Of the scenes above, as the shipped weights see them, and how far they are from renders of held captions."""
    p, _ = export.load("public/models/shapes-features.safetensors")
    pictures = np.array([np.frombuffer(bytes.fromhex(row["bytes"]), np.uint8) for row in rows]) / 255
    seen = np.asarray(features.features(p, pictures.reshape(-1, scenes.SIZE, scenes.SIZE, 3).astype(np.float32)))
    reference = p["reference.mean"].astype(np.float64), p["reference.covariance"].astype(np.float64)
    return {"features": seen[:24].round(6).tolist(), "distance": features.frechet(reference, features.gaussian(seen))}


def main(folder):
    draw = np.random.default_rng(SEED)
    parts = scenes.split()
    rows = scene_rows(draw, 120)
    whole = sum(all(m for _, m in row["verdicts"]) for row in rows)
    print(f"{len(rows)} scenes, {whole} of them with every requirement met")
    counts = {name: len(captions) for name, captions in parts.items()}
    first = {name: captions[:: max(1, len(captions) // 7)].tolist() for name, captions in parts.items()}
    clean = []
    for caption in parts["double"][::90]:
        centres = scenes.place(caption, draw)
        clean.append({"caption": caption.tolist(), "centres": centres, "picture": scenes.render(caption, centres).ravel().round(7).tolist()})
    dump(f"{folder}/scenes.json", {"seed": SEED, "counts": counts, "first": first, "scenes": rows, "renders": clean[:4]})
    dump(f"{folder}/frechet.json", frechet_rows(draw))
    dump(f"{folder}/features.json", features_of(rows))


def dump(path, value):
    with open(path, "w") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
