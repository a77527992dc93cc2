"""A number of mutated inputs, each by its own seed, and what became of them."""

import shutil
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.fuzz.judge import FAILURES, READ, Outcome, ended
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.plain import FORMS, KINDS, write_plain

Shares = Mapping[str, float]
"""How often each kind of input is drawn."""

# Of a hundred; a model of networks takes longest, and its files have check sums.
SHARES: Shares = {
    "study": 68,
    "zip": 8,
    "nifti": 4,
    "plain nifti": 6,
    "cohort": 6,
    "clinical": 6,
    "model": 2,
}
OF_FORMS: Shares = dict.fromkeys(FORMS, 1)


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutated input: ``seed`` makes it again."""

    seed: int
    kind: str
    mutation: str
    outcome: Outcome

    @property
    def failed(self) -> bool:
        """Whether it ended in what no input may end in."""
        return self.outcome.ending in FAILURES


def tried(count: int, first_seed: int = 0, shares: Shares = SHARES) -> Iterator[Tried]:
    """Inputs of seeds from the first one on, mutated and read; with other shares, other ones."""
    with TemporaryDirectory(prefix="hescope-fuzz-") as place:
        plain_folder = Path(place, "plain")
        write_plain(plain_folder)
        plain = {kind: READ[kind](plain_folder / kind) for kind in shares}
        for seed in range(first_seed, first_seed + count):
            random = Random(seed)
            (kind,) = random.choices(list(shares), list(shares.values()))
            folder = Path(place, "mutated")
            shutil.copytree(plain_folder / kind, folder)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                mutation = random.choice(MUTATIONS[kind])(random, folder)
                outcome = ended(kind, folder, plain[kind])
            shutil.rmtree(folder)
            yield Tried(seed, kind, mutation, outcome)


def summary(results: list[Tried]) -> str:
    """Endings by kind, one line each, then every failure with its seed."""
    counts = Counter((result.kind, result.outcome.ending) for result in results)
    lines = [
        f"{kind:<12} "
        + ", ".join(f"{n} {ending}" for (of, ending), n in sorted(counts.items()) if of == kind)
        for kind in KINDS
    ]
    failures = [
        f"seed {r.seed}, {r.kind}, {r.mutation}: {r.outcome.ending}\n{r.outcome.detail}"
        for r in results
        if r.failed
    ]
    return "\n".join([*lines, f"{len(failures)} of {len(results)} failed", *failures])
