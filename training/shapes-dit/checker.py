"""Says which of a caption's requirements a picture meets. No network: colours are read off pixel by pixel, shapes compared with renders.

src/arenas/diffusion-cache/scenes/checker.ts is the same in TypeScript. How good it is:

    python training/shapes-dit/checker.py
"""

from collections import Counter

import numpy as np

import scenes
from scenes import CENTRES, FIRST_RELATION, GROUND, PAD, RGB, SHAPES, cover, objects_of

# A pixel that is less of a colour than this is ground; one with fewer neighbours of its colour is an edge of something else, or noise.
FAINT, COMPANY = 0.3, 2
# Square pixels: a colour of less is not there, of more is no object.
LEAST, MOST = 9.0, 56.0
# Between the two areas, and what is too big for the larger, in square pixels.
BETWEEN, LARGEST = 24.0, 46.0
# Of the object's area: how much of it may lie elsewhere than in the shape.
UNLIKE = 0.25
# Widths of an edge in pixels that a shape may have: as rendered, and blurred.
EDGES = (1.0, 1.7)
# Pixels that centroids have to be apart along the named axis, and the share of how far they are apart along the other.
APART, STEEP = 2.0, 0.9
# Square pixels of colours that nobody asked for.
STRAY = 5.0

RAYS = RGB - GROUND
KINDS = ("colour", "shape", "size", "relation", "only")


def neighbourhood(mask):
    """How many of each pixel and its eight neighbours are set, the same shape as [..., SIZE, SIZE]."""
    wide = np.pad(mask, [(0, 0)] * (mask.ndim - 2) + [(1, 1), (1, 1)]).astype(int)
    return sum(wide[..., 1 + dy : 21 + dy, 1 + dx : 21 + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1))


def readings(picture):
    """(along, amounts), both [COLOURS, SIZE, SIZE]: each pixel on the ray from the ground to each colour (0 ground, 1 the
    colour), and the same, 0..1, where that ray is the nearest and the pixel is neither faint nor alone, 0 elsewhere."""
    beside = picture - GROUND
    along = np.einsum("yxc,kc->kyx", beside, RAYS) / (RAYS**2).sum(1)[:, None, None]
    clipped = np.clip(along, 0, 1)
    rest = ((beside[None] - clipped[..., None] * RAYS[:, None, None, :]) ** 2).sum(-1)
    holds = (np.arange(len(RGB))[:, None, None] == rest.argmin(0)) & (clipped >= FAINT)
    return along, np.where(holds & (neighbourhood(holds) > COMPANY), clipped, 0.0)


def found(amount):
    """(mass, x, y) of one colour; the middle of the picture where there is none."""
    mass = amount.sum()
    if not mass > 0:
        return 0.0, scenes.SIZE / 2, scenes.SIZE / 2
    return mass, (amount * CENTRES[None, :]).sum() / mass, (amount * CENTRES[:, None]).sum() / mass


def silhouette(along, amounts, colour):
    """One colour with its soft edge: pixels that hold it and their neighbours, but for those of another object."""
    real = [k for k in range(len(RGB)) if k != colour and amounts[k].sum() > LEAST]
    others = (amounts[real] > 0).any(0)
    return np.where((neighbourhood(amounts[colour] > 0) > 0) & ~others, along[colour], 0.0)


def shape_of(outline):
    """(the shape whose render of the same area and centroid is nearest, the share of the area that lies elsewhere)."""
    mass, x, y = found(outline)
    renders = [cover(shape, mass, x, y, edge) for shape in range(len(SHAPES)) for edge in EDGES]
    best = int(np.argmin([((outline - render) ** 2).sum() for render in renders]))
    # What of the shape would lie outside of the picture is missing too.
    outside = max(0.0, mass - renders[best].sum())
    return best // len(EDGES), (np.abs(outline - renders[best]).sum() + outside) / mass


def check(caption, picture):
    """[(kind, met)]: colour, shape and size of each object, the relation where there is one, and that nothing else is there."""
    along, held = readings(picture)
    wanted = objects_of(caption)
    verdicts, spots = [], []
    for size, colour, shape in wanted:
        mass, x, y = found(held[colour])
        present = bool(LEAST < mass < MOST)
        spots.append((present, x, y))
        looks, unlike = shape_of(silhouette(along, held, colour)) if present else (-1, np.inf)
        verdicts.append(("colour", present))
        verdicts.append(("shape", present and looks == shape and bool(unlike < UNLIKE)))
        verdicts.append(("size", present and bool(mass < LARGEST) and bool(mass > BETWEEN) == (size == 1)))
    if caption[3] != PAD:
        (there, x1, y1), (there2, x2, y2) = spots
        relation = caption[3] - FIRST_RELATION
        dx, dy = x2 - x1, y2 - y1
        ahead, across = [(dx, dy), (-dx, dy), (dy, dx), (-dy, dx)][relation]
        verdicts.append(("relation", bool(there and there2 and ahead > APART and ahead > STEEP * abs(across))))
    others = [held[k].sum() for k in range(len(RGB)) if k not in {colour for _, colour, _ in wanted}]
    verdicts.append(("only", bool(max(others) < STRAY)))
    return verdicts


def render_distance(caption, picture):
    """Caption-render distance: mean squared difference to the scene that was asked for, rendered where the picture's colours lie."""
    _, held = readings(picture)
    centres = [found(held[colour])[1:] for _, colour, _ in objects_of(caption)]
    return float(((picture - scenes.render(caption, centres)) ** 2).mean())


def blurred(picture):
    """Each pixel .7 along both axes, its neighbours .15."""
    wide = np.pad(picture, ((1, 1), (1, 1), (0, 0)), "edge")
    rows = 0.15 * wide[:-2] + 0.7 * wide[1:-1] + 0.15 * wide[2:]
    return 0.15 * rows[:, :-2] + 0.7 * rows[:, 1:-1] + 0.15 * rows[:, 2:]


def changed(caption, draw):
    """The same with one word of another meaning; a caption still."""
    while True:
        other = list(caption)
        slot = int(draw.integers(3 if caption[3] == PAD else scenes.SLOTS))
        kind = [scenes.SIZES, scenes.COLOURS, SHAPES, scenes.RELATIONS][slot % 4]
        first = [scenes.FIRST_SIZE, scenes.FIRST_COLOUR, scenes.FIRST_SHAPE, FIRST_RELATION][slot % 4]
        other[slot] = first + int(draw.integers(len(kind)))
        if other[slot] != caption[slot] and (other[3] == PAD or other[1] != other[5]):
            return other


def main():
    draw = np.random.default_rng(1)
    captions = np.concatenate(list(scenes.split().values()))
    draw.shuffle(captions)
    some = captions[:1024]

    def told(name, asked, shown, change=lambda picture: picture):
        met, of, whole = Counter(), Counter(), 0
        for ask, show in zip(asked, shown):
            verdicts = check(ask, change(scenes.render(show, scenes.place(show, draw))))
            whole += all(m for _, m in verdicts)
            of.update(kind for kind, _ in verdicts)
            met.update(kind for kind, m in verdicts if m)
        shares = " ".join(f"{kind} {met[kind] / of[kind]:.4f}" for kind in KINDS)
        print(f"{name}: requirements {met.total() / of.total():.4f}, all {whole / len(asked):.4f}; {shares}", flush=True)

    told(f"clean, all {len(captions)} captions in 4 places", np.repeat(captions, 4, 0), np.repeat(captions, 4, 0))
    for sigma in (0.03, 0.06, 0.1):
        told(f"noise {sigma}", some, some, lambda p: p + draw.normal(0, sigma, p.shape))
    told("blurred", some, some, blurred)
    told("contrast .85", some, some, lambda p: GROUND + 0.85 * (p - GROUND))
    told("another caption", some, np.roll(some, 1, 0))
    told("one word wrong", [changed(c, draw) for c in captions], captions)
    told("one word wrong, noise .06", [changed(c, draw) for c in some], some, lambda p: p + draw.normal(0, 0.06, p.shape))
    print("caption-render distance, clean and of another caption:", end=" ")
    pictures = [scenes.render(c, scenes.place(c, draw)) for c in some]
    print(np.mean([render_distance(c, p) for c, p in zip(some, pictures)]), end=" ")
    print(np.mean([render_distance(c, p) for c, p in zip(np.roll(some, 1, 0), pictures)]))


if __name__ == "__main__":
    main()
