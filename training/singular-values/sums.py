"""The texts: two numbers of two digits, a sign, and an answer of three characters. `47+85=132`, `85-47=038`."""

import numpy as np

VOCABULARY = "0123456789+-*/%="
# Places that are read (`47+85=13`), and of these the last that are answered at.
PLACES, ANSWERS = 8, 3


def held_out(a, b):
    """A tenth of all pairs, those of both orders together: who saw a+b has not seen b+a."""
    return (31 * (a + b) + 17 * a * b) % 101 % 10 == 3


# By kind: its sign, which pairs there are, and what is answered.
KINDS = {
    "add": ("+", lambda a, b: a + b >= 0, lambda a, b: a + b),
    "subtract": ("-", lambda a, b: a >= b, lambda a, b: a - b),
    "minus": ("/", lambda a, b: a >= b, lambda a, b: a - b),
}


def pairs(kind, held):
    """[pairs, 2], in rising order of 100 a + b."""
    a, b = np.divmod(np.arange(10000), 100)
    kept = KINDS[kind][1](a, b) & (held_out(a, b) == held)
    return np.stack([a[kept], b[kept]], 1)


def tokens(kind, both):
    """(what is read [pairs, PLACES], answers [pairs, ANSWERS]) of pairs [pairs, 2]."""
    sign, _, answer = KINDS[kind]
    a, b = both[:, 0], both[:, 1]
    c = answer(a, b)
    of = lambda text: np.full(len(both), VOCABULARY.index(text))
    places = [a // 10, a % 10, of(sign), b // 10, b % 10, of("="), c // 100, c // 10 % 10, c % 10]
    text = np.stack(places, 1).astype(np.int32)
    return text[:, :PLACES], text[:, PLACES + 1 - ANSWERS :]
