from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import UsageError
from core.models.preprocessing import InputSpec
from core.simulate.sites import SITES
from core.training.batches import BatchSource
from core.training.data import Cohort, TrainingStudy
from core.training.settings import HEMATOMA_PRESETS, Stage
from core.training.splits import cross_validation
from core.training.widening import Widening, load_widened

SPEC = InputSpec(size_px=64)
STAGE = Stage("segment", 64, 80, 1e-3, batch_size=8, simulated_share=0.5)
SETTINGS = HEMATOMA_PRESETS["cpu"]


@pytest.fixture(scope="module")
def simulated(phantoms: Cohort) -> tuple[TrainingStudy, ...]:
    return load_widened(phantoms, phantoms.names, SPEC, Widening(copies=2))


def test_each_patient_gives_its_copies(simulated: tuple[TrainingStudy, ...]) -> None:
    assert [study.patient for study in simulated] == ["0000"] * 2 + ["0001"] * 2 + ["0002"] * 2


def test_slices_with_a_mask_are_said_to_hold_hematoma(
    simulated: tuple[TrainingStudy, ...],
) -> None:
    for study in simulated:
        assert len(study.images) == len(study.masks) == len(study.has_hematoma)
        outlined = (study.masks > 127).any(axis=(1, 2))
        assert not (outlined & ~study.has_hematoma).any()


def test_copies_of_a_seed_are_the_same_again(
    phantoms: Cohort, simulated: tuple[TrainingStudy, ...]
) -> None:
    again = load_widened(phantoms, phantoms.names, SPEC, Widening(copies=2))
    for first, second in zip(simulated, again, strict=True):
        np.testing.assert_array_equal(first.images, second.images)
        np.testing.assert_array_equal(first.masks, second.masks)
    assert not np.array_equal(simulated[0].images, simulated[1].images)


def test_cohort_without_a_donor_is_refused(cohort: Cohort) -> None:
    with pytest.raises(UsageError, match="None of 6 training patients"):
        load_widened(cohort, cohort.names, SPEC, Widening(copies=1))


def test_each_fold_keeps_other_sites_unseen(cohort: Cohort) -> None:
    withheld = [
        split.withheld_sites for split in cross_validation(cohort, 3, seed=0, steered=False)
    ]
    assert withheld == [("cerebellar", "brainstem"), ("lobar",), ("intraventricular",)]
    assert Widening(1, withheld[0]).sites == ("lobar", "thalamic", "intraventricular")
    assert Widening(1).sites == SITES


def test_share_of_a_batch_is_simulated(
    studies: tuple[TrainingStudy, ...], simulated: tuple[TrainingStudy, ...]
) -> None:
    marked = [replace(study, mask_usable=np.zeros_like(study.mask_usable)) for study in simulated]
    stage = replace(STAGE, objective="classify")
    batch = BatchSource(studies, stage, SETTINGS, seed=0, simulated=marked).batch(0)
    assert (~batch.mask_usable).sum() == 4  # half of eight


def test_batch_with_simulated_slices_can_be_drawn_again(
    studies: tuple[TrainingStudy, ...], simulated: tuple[TrainingStudy, ...]
) -> None:
    source = BatchSource(studies, STAGE, SETTINGS, seed=3, simulated=simulated)
    source.batch(4)
    fifth = source.batch(5)
    again = BatchSource(studies, STAGE, SETTINGS, seed=3, simulated=simulated).batch(5)
    assert torch.equal(fifth.images, again.images)
    assert torch.equal(fifth.masks, again.masks)


def test_stage_without_a_share_draws_as_if_there_were_none(
    studies: tuple[TrainingStudy, ...], simulated: tuple[TrainingStudy, ...]
) -> None:
    plain = replace(STAGE, simulated_share=0.0)
    with_simulated = BatchSource(studies, plain, SETTINGS, seed=3, simulated=simulated).batch(2)
    without = BatchSource(studies, plain, SETTINGS, seed=3).batch(2)
    assert torch.equal(with_simulated.images, without.images)
