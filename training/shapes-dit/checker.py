"""Says which of a caption's requirements a picture meets. No network: colours are read off pixel by pixel, shapes compared with renders.

src/arenas/diffusion-cache/scenes/checker.ts is the same in TypeScript.
"""

import numpy as np

import scenes
from scenes import AREAS, CENTRES, FIRST_RELATION, GROUND, PAD, RGB, SHAPES, cover, objects_of

# A pixel that is less of a colour than this is ground.
FAINT = 0.3
COMPANY = 2
# Square pixels: a colour of less is not there, of more is no object.
LEAST, MOST = 9.0, 56.0
# Between the two areas, in square pixels.
BETWEEN = 24.0
# Of the object's area: how much of it may lie elsewhere than in the shape.
UNLIKE = 0.3
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
    colour), and the same, 0..1, where that ray is the nearest and it is not faint, 0 elsewhere. A pixel with fewer than
    COMPANY neighbours of its colour is the edge of something else, or noise: 0."""
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
    off = [outline - cover(shape, mass, x, y, edge) for shape in range(len(SHAPES)) for edge in EDGES]
    best = int(np.argmin([(d**2).sum() for d in off]))
    return best // len(EDGES), np.abs(off[best]).sum() / mass


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
        verdicts.append(("size", present and (bool(mass > BETWEEN) == (size == 1))))
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
