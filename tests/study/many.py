"""``python -m tests.study.many --count 200``: the study of as many simulated cohorts.

Sizes and seeds are drawn at random.  Prints how many were studied and how many refused as too
small; anything else ends it with its size and seed.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from core.cohort.read import read_cohort_table
from core.errors import ClinicalDataError
from core.simulate.cohort import simulate_cohort
from core.study.plan import AS_PAPER
from core.study.reproduce import reproduce
from core.study.write_study import write_study

SIZES = (60, 1500)


def studied(n_patients: int, seed: int, folder: Path) -> bool:
    """Whether a cohort of that size was large enough; its tables, figures and page are written."""
    table = folder / "cohort.csv"
    simulate_cohort(n_patients, seed=seed).to_csv(table, index=False)
    try:
        plan = replace(AS_PAPER, n_resamples=0, seed=seed)
        write_study(reproduce(read_cohort_table(table), plan), folder / "study")
    except ClinicalDataError:
        return False
    return True


def drawn(count: int, first_seed: int = 0) -> list[tuple[int, int]]:
    """Sizes and seeds."""
    return [(Random(seed).randint(*SIZES), seed) for seed in range(first_seed, first_seed + count)]


def main() -> None:
    """Print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    found = []
    with TemporaryDirectory(prefix="many-") as folder:
        for n_patients, seed in drawn(arguments.count, arguments.seed):
            sys.stdout.write(f"\r{len(found)}: {n_patients} patients, seed {seed}   ")
            found.append(studied(n_patients, seed, Path(folder)))
    sys.stdout.write(f"\n{sum(found)} studied, {len(found) - sum(found)} refused as too small\n")


if __name__ == "__main__":
    main()
