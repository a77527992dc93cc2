"""Who trains and who judges: always whole patients."""

from dataclasses import dataclass, replace

import numpy as np

from core.simulate.sites import Site
from core.training.data import Cohort

_WITHHELD: tuple[tuple[Site, ...], ...] = (
    ("cerebellar", "brainstem"),
    ("lobar",),
    ("intraventricular",),
)
"""Sites that the folds in turn never see: what a network makes of a new site can then be told."""


@dataclass(frozen=True, slots=True)
class Split:
    """Patients to learn from, patients that steer training, and patients kept out of both.

    ``withheld_sites`` get no inserted hematomas in training, so that they stay unseen.
    """

    training: tuple[str, ...]
    validation: tuple[str, ...]
    held_out: tuple[str, ...] = ()
    withheld_sites: tuple[Site, ...] = ()


def table_split(cohort: Cohort) -> Split:
    """The split of the cohort's table: "train" learns, "val" steers."""
    return Split(cohort.split("train"), cohort.split("val"))


def cross_validation(cohort: Cohort, folds: int, *, seed: int, steered: bool) -> tuple[Split, ...]:
    """Splits that hold out each patient once, chosen by seed.

    ``steered`` training (early stopping) gets a tenth of its own training patients to steer by;
    held-out patients are never looked at.
    """
    order = np.random.default_rng(seed).permutation(np.array(cohort.names))
    return tuple(
        replace(
            _without(order, order[fold::folds], steered),
            withheld_sites=_WITHHELD[fold % len(_WITHHELD)],
        )
        for fold in range(folds)
    )


def _without(order: np.ndarray, held_out: np.ndarray, steered: bool) -> Split:
    rest = [str(name) for name in order if name not in set(held_out)]
    steering = len(rest) // 10 if steered else 0
    return Split(tuple(rest[steering:]), tuple(rest[:steering]), tuple(map(str, held_out)))
