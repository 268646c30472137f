"""Records what pymoo says, for tests/golden/nsga2/nsga2.test.ts to compare with.

    python record.py

Needs pymoo==0.6.1.3 (Apache-2.0) and numpy 2. Writes pymoo.json.gz beside this file; the same numbers every time.
Takes a few minutes on one core: whole runs of NSGA-II are most of it.
"""

import gzip
import json
import pathlib

import numpy as np

np.row_stack = np.vstack  # pymoo 0.6.1.3 uses a name that numpy 2 warns of

from pymoo.algorithms.moo.nsga2 import NSGA2  # noqa: E402
from pymoo.core.callback import Callback  # noqa: E402
from pymoo.indicators.hv import HV  # noqa: E402
from pymoo.operators.survival.rank_and_crowding.metrics import get_crowding_function  # noqa: E402
from pymoo.optimize import minimize  # noqa: E402
from pymoo.problems import get_problem  # noqa: E402
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting  # noqa: E402

SEEDS = range(1, 12)
POPULATION = 100
# Looked at on the way and at the end.
GENERATIONS = [50, 150]
PROBLEMS = {"zdt1": (1.1, 1.1), "zdt2": (1.1, 1.1), "zdt3": (1.1, 1.1), "dtlz2": (1.1, 1.1, 1.1)}


def sorting():
    """Sets of points with what front each is in, and how crowded it is there. `grid` makes ties: 0 for none."""
    sets = []
    crowding = get_crowding_function("cd")
    for seed, (count, objectives, grid) in enumerate(
        [(1, 2, 0), (2, 2, 0), (3, 2, 0), (40, 2, 0), (120, 2, 0), (60, 2, 8), (80, 3, 0), (120, 3, 5), (50, 4, 0), (60, 5, 3), (30, 1, 6)]
    ):
        random = np.random.default_rng(seed)
        points = random.random((count, objectives))
        if grid > 0:
            points = np.floor(points * grid) / grid
        ranks = np.zeros(count, dtype=int)
        lonely = np.zeros(count)
        for rank, front in enumerate(NonDominatedSorting().do(points)):
            ranks[front] = rank
            # In order of index, as a front is a set.
            front = np.sort(front)
            lonely[front] = crowding.do(points[front])
        sets.append({
            "points": points.tolist(),
            "ranks": ranks.tolist(),
            # JSON knows no Infinity.
            "crowding": [None if np.isinf(value) else value for value in lonely],
        })
    return sets


def volumes():
    """Sets of points, some of them dominated or beyond the reference, with their hypervolume."""
    sets = []
    for seed, (count, objectives) in enumerate([(1, 2), (2, 2), (10, 2), (100, 2), (1, 3), (3, 3), (20, 3), (100, 3)]):
        random = np.random.default_rng(100 + seed)
        points = random.random((count, objectives)) * 1.2
        if count >= 20:
            points[count // 2 :] = np.floor(points[count // 2 :] * 6) / 6
        reference = np.full(objectives, 1.0)
        sets.append({"points": points.tolist(), "reference": reference.tolist(), "volume": float(HV(ref_point=reference).do(points))})
    return sets


class Watch(Callback):
    def __init__(self, reference):
        super().__init__()
        self.volume = HV(ref_point=np.array(reference))
        self.seen = []

    def notify(self, algorithm):
        if algorithm.n_gen in GENERATIONS:
            self.seen.append(float(self.volume.do(algorithm.pop.get("F"))))


def runs():
    """Hypervolumes of the population after GENERATIONS, a row a seed; the first generation is the random one."""
    told = {}
    for name, reference in PROBLEMS.items():
        rows = []
        for seed in SEEDS:
            watch = Watch(reference)
            minimize(get_problem(name), NSGA2(pop_size=POPULATION), ("n_gen", GENERATIONS[-1]), seed=seed, callback=watch)
            rows.append(watch.seen)
            print(name, seed, watch.seen, flush=True)
        told[name] = {"reference": list(reference), "volumes": rows}
    return told


if __name__ == "__main__":
    record = {
        "pymoo": "0.6.1.3",
        "population": POPULATION,
        "generations": GENERATIONS,
        "sorting": sorting(),
        "volumes": volumes(),
        "runs": runs(),
    }
    text = json.dumps(record, separators=(",", ":")) + "\n"
    # Without a date the same numbers are the same file.
    pathlib.Path(__file__).with_name("pymoo.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
