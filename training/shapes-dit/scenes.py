"""Scenes of one or two coloured shapes, and the words that ask for them.

A picture is SIZE x SIZE RGB in 0..1 on a dark ground. A caption is seven words [size colour shape relation size colour shape];
a scene of one object has PAD in the last four. src/arenas/diffusion-cache/scenes is the same in TypeScript, held to it by
tests/fixtures/diffusion-cache.
"""

import itertools

import numpy as np

SIZE = 20
GROUND = np.array([0.07, 0.08, 0.12])
SIZES = ("small", "big")
COLOURS = ("red", "green", "blue", "yellow", "purple", "white")
SHAPES = ("circle", "square", "triangle")
RELATIONS = ("left of", "right of", "above", "below")
WORDS = ("-", "?", *SIZES, *COLOURS, *SHAPES, *RELATIONS)
PAD, NULL = 0, 1
SLOTS = 7
RGB = np.array(
    [(0.92, 0.20, 0.22), (0.22, 0.80, 0.32), (0.24, 0.42, 0.96), (0.97, 0.86, 0.20), (0.75, 0.30, 0.90), (0.93, 0.93, 0.93)]
)
# Square pixels: a square's sides fall on whole pixels.
AREAS = (16.0, 36.0)
# The least distance between two objects, and how far they may be out of line, in pixels.
GAP, SLACK = 0.6, 2
# Never drawn in training: to see whether a colour and a shape that were learnt apart come together.
UNSEEN_PAIRS = {("blue", "triangle"), ("purple", "square"), ("white", "circle")}

FIRST_SIZE, FIRST_COLOUR, FIRST_SHAPE, FIRST_RELATION = 2, 4, 10, 13


def half_extents(shape, area):
    """How far it reaches left, right, up and down from its centroid, in pixels."""
    if shape == 0:
        r = np.sqrt(area / np.pi)
        return r, r, r, r
    if shape == 1:
        h = np.sqrt(area) / 2
        return h, h, h, h
    side = np.sqrt(4 * area / np.sqrt(3))
    height = side * np.sqrt(3) / 2
    return side / 2, side / 2, height * 2 / 3, height / 3


def distance(shape, area, dx, dy):
    """Signed distance of points to a shape's outline, negative inside; dx right, dy down of its centroid."""
    if shape == 0:
        return np.hypot(dx, dy) - np.sqrt(area / np.pi)
    if shape == 1:
        return np.maximum(np.abs(dx), np.abs(dy)) - np.sqrt(area) / 2
    # An equilateral triangle that points up: the largest distance to a side.
    inner = np.sqrt(4 * area / np.sqrt(3)) * np.sqrt(3) / 6
    return np.maximum(dy, np.abs(dx) * (np.sqrt(3) / 2) - dy * 0.5) - inner


CENTRES = np.arange(SIZE) + 0.5


def cover(shape, area, x, y, edge=1.0):
    """How much of each pixel the shape covers, [SIZE, SIZE]; it fades over `edge` pixels."""
    dx, dy = np.meshgrid(CENTRES - x, CENTRES - y)
    return np.clip(0.5 - distance(shape, area, dx, dy) / edge, 0, 1)


def objects_of(caption):
    """(size, colour, shape) of each, as indices into SIZES, COLOURS and SHAPES."""
    found = [(caption[0] - FIRST_SIZE, caption[1] - FIRST_COLOUR, caption[2] - FIRST_SHAPE)]
    if caption[3] != PAD:
        found.append((caption[4] - FIRST_SIZE, caption[5] - FIRST_COLOUR, caption[6] - FIRST_SHAPE))
    return found


def render(caption, centres, areas=None):
    """The scene with its objects at these centroids, [SIZE, SIZE, 3]."""
    picture = np.broadcast_to(GROUND, (SIZE, SIZE, 3)).copy()
    for at, ((size, colour, shape), (x, y)) in enumerate(zip(objects_of(caption), centres)):
        alpha = cover(shape, AREAS[size] if areas is None else areas[at], x, y)[..., None]
        picture = picture * (1 - alpha) + RGB[colour] * alpha
    return picture


def place(caption, draw):
    """Whole-numbered centroids that meet the caption and do not touch."""
    reach = [half_extents(shape, AREAS[size]) for size, _, shape in objects_of(caption)]
    low = [(int(np.ceil(l)), int(np.ceil(u))) for l, _, u, _ in reach]
    high = [(int(SIZE - np.ceil(r)), int(SIZE - np.ceil(d))) for _, r, _, d in reach]
    if len(reach) == 1:
        return [tuple(int(draw.integers(low[0][axis], high[0][axis] + 1)) for axis in (0, 1))]
    relation = caption[3] - FIRST_RELATION
    axis, first = (0 if relation < 2 else 1), (0 if relation in (0, 2) else 1)
    second = 1 - first
    # Along the axis `first` comes before `second`; reach[.][2 * axis + 1] is towards larger numbers.
    apart = int(np.ceil(reach[first][2 * axis + 1] + reach[second][2 * axis] + GAP))
    a = int(draw.integers(low[first][axis], min(high[first][axis], high[second][axis] - apart) + 1))
    b = int(draw.integers(max(low[second][axis], a + apart), high[second][axis] + 1))
    other = 1 - axis
    c = int(draw.integers(low[first][other], high[first][other] + 1))
    lower, upper = max(low[second][other], c - SLACK), min(high[second][other], c + SLACK)
    d = int(draw.integers(lower, upper + 1)) if lower <= upper else (lower if c < lower else upper)
    along, across = {first: a, second: b}, {first: c, second: d}
    return [(along[i], across[i]) if axis == 0 else (across[i], along[i]) for i in (0, 1)]


def all_captions():
    """Every caption there is: two objects have different colours."""
    one = [(s, c, f) for s in range(2) for c in range(6) for f in range(3)]
    word = lambda s, c, f: (s + FIRST_SIZE, c + FIRST_COLOUR, f + FIRST_SHAPE)
    single = [word(*a) + (PAD,) * 4 for a in one]
    double = [
        word(*a) + (r + FIRST_RELATION,) + word(*b) for a, r, b in itertools.product(one, range(4), one) if a[1] != b[1]
    ]
    return single, double


def hashed(caption):
    """A small hash of a caption, the same in every language: FNV-1a over its words."""
    value = 2166136261
    for word in caption:
        value = ((value ^ int(word)) * 16777619) & 0xFFFFFFFF
    return value ^ (value >> 15)


def pair_unseen(caption):
    return any((COLOURS[c], SHAPES[f]) in UNSEEN_PAIRS for _, c, f in objects_of(caption))


def split():
    """Captions by what they are for: seen in training, held out (seen pairs, 1 in 10 of two objects), unseen pairs."""
    single, double = all_captions()
    parts = {"single": [], "double": [], "held": [], "pair": []}
    for caption in single:
        parts["pair" if pair_unseen(caption) else "single"].append(caption)
    for caption in double:
        parts["pair" if pair_unseen(caption) else "held" if hashed(caption) % 10 == 0 else "double"].append(caption)
    return {name: np.array(rows, np.int32) for name, rows in parts.items()}


# Scenes of one object among training's.
SINGLE = 0.3


class Painter:
    """Draws batches fast: every object that can be is rendered once, and pasted from a table."""

    def __init__(self):
        self.parts = split()
        self.table = {}

    def alpha(self, shape, size, x, y):
        key = (shape, size, x, y)
        if key not in self.table:
            self.table[key] = cover(shape, AREAS[size], x, y).astype(np.float32)[..., None]
        return self.table[key]

    def batch(self, draw, count):
        captions, pictures = np.empty((count, SLOTS), np.int32), np.empty((count, SIZE, SIZE, 3), np.float32)
        for i in range(count):
            rows = self.parts["single" if draw.random() < SINGLE else "double"]
            caption = rows[draw.integers(len(rows))]
            captions[i] = caption
            pictures[i] = GROUND
            for (size, colour, shape), (x, y) in zip(objects_of(caption), place(caption, draw)):
                alpha = self.alpha(shape, size, x, y)
                pictures[i] += alpha * (RGB[colour] - pictures[i])
        return captions, pictures


def text_of(caption):
    words = [WORDS[w] for w in caption if w != PAD]
    return "a " + " ".join(words[:3]) + ("" if len(words) == 3 else f" {words[3]} a " + " ".join(words[4:]))
