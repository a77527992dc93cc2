"""Training studies with hematomas at sites, and of sizes, that the cohort does not have.

The cohort's bleeds may all be of one site.  Hematomas of training patients are put into the brains
of other training patients (``core.simulate.widen``), with look-alikes that are none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.domain import BoolArray
from core.errors import UsageError
from core.models.preprocessing import InputSpec
from core.progress import Progress, silent
from core.simulate.brain_map import map_brain
from core.simulate.donor import Donor, cut_out
from core.simulate.sites import SITES, Site
from core.simulate.widen import Host, Plan, Widened, widened
from core.training.data import (
    Cohort,
    LabelledStudy,
    TrainingStudy,
    on_network_grid,
    read_labelled_study,
)

_HEMATOMAS, _LOOKALIKES = 3, 4  # a brain: at most, and at least one of each less two


@dataclass(frozen=True, slots=True)
class Widening:
    """How a cohort is widened: copies a patient, sites that stay unseen, and the seed."""

    copies: int
    withheld: tuple[Site, ...] = ()
    seed: int = 0

    @property
    def sites(self) -> tuple[Site, ...]:
        """Sites that get hematomas."""
        return tuple(site for site in SITES if site not in self.withheld)


def load_widened(
    cohort: Cohort,
    patients: Sequence[str],
    spec: InputSpec,
    widening: Widening,
    progress: Progress = silent,
) -> tuple[TrainingStudy, ...]:
    """Widened copies of patients on the network grid: the slices that were changed, no others.

    Raises
    ------
    UsageError
        No patient can hold or give a hematoma.
    """
    if not widening.copies:
        return ()
    studies = [
        _changed_slices(study, result, spec)
        for study, result in widened_studies(cohort, patients, widening, progress)
    ]
    if not studies:
        raise UsageError(
            f"None of {len(patients)} training patients can hold or give a hematoma to insert.",
            "Train on whole heads with usable masks, or with a preset that inserts none.",
        )
    return tuple(studies)


def widened_studies(
    cohort: Cohort, patients: Sequence[str], widening: Widening, progress: Progress = silent
) -> Iterator[tuple[LabelledStudy, Widened]]:
    """Studies of patients, each with what was put into it from the other patients."""
    donors = read_donors(cohort, patients, progress)
    for done, patient in enumerate(patients):
        progress("Inserting hematomas", done / len(patients))
        study = read_labelled_study(cohort, patient)
        others = [donor for name, donor in donors.items() if name != patient]
        for copy in range(widening.copies):
            seed = (widening.seed, cohort.names.index(patient), copy)
            result = widen_study(study, others, widening.sites, seed)
            if result is not None:
                yield study, result


def read_donors(
    cohort: Cohort, patients: Iterable[str], progress: Progress = silent
) -> dict[str, Donor]:
    """Hematomas that can be put into other brains, by their patients."""
    names, donors = tuple(patients), {}
    for done, patient in enumerate(names):
        progress("Reading hematomas", done / len(names))
        study = read_labelled_study(cohort, patient)
        donor = cut_out(study.volume, study.mask, study.mask_usable)
        if donor is not None:
            donors[patient] = donor
    return donors


def widen_study(
    study: LabelledStudy, donors: Sequence[Donor], sites: tuple[Site, ...], seed: tuple[int, ...]
) -> Widened | None:
    """A study with further hematomas and look-alikes; None where its brain cannot be mapped."""
    brain = map_brain(study.volume)
    if brain is None or not donors:
        return None
    random = np.random.default_rng(seed)
    plan = Plan(
        hematomas=int(random.integers(1, _HEMATOMAS + 1)),
        lookalikes=int(random.integers(2, _LOOKALIKES + 1)),
        sites=sites,
    )
    host = Host(study.volume, brain, study.mask, _untouchable(study))
    return widened(host, donors, plan, seed)


def _untouchable(study: LabelledStudy) -> BoolArray:
    """Slices whose hematoma has no mask that could be added to."""
    unmasked = study.has_hematoma & ~study.mask.any(axis=(1, 2))
    return np.asarray(~study.mask_usable | unmasked)


def _changed_slices(study: LabelledStudy, result: Widened, spec: InputSpec) -> TrainingStudy:
    changed = (result.hu != study.volume.hu).any(axis=(1, 2))
    known = study.has_hematoma | result.mask.any(axis=(1, 2))
    kept = np.flatnonzero(changed & (known | ~result.traces))
    whole = on_network_grid(
        replace(
            study,
            volume=replace(study.volume, hu=result.hu),
            mask=result.mask,
            has_hematoma=known,
        ),
        spec,
    )
    return whole.at(kept)
