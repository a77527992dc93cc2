from pathlib import Path

import numpy as np
import pytest

from core.errors import UsageError
from core.models.preprocessing import InputSpec, prepare
from core.training.data import Cohort, TrainingStudy, read_cohort, read_labelled_study


def test_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no patients\.csv"):
        read_cohort(tmp_path)


def test_mask_lies_on_the_bright_hematoma(cohort: Cohort) -> None:
    study = read_labelled_study(cohort, "0000")
    assert study.mask.any(axis=(1, 2)).nonzero()[0].tolist() == [8]
    assert study.volume.hu[study.mask].mean() == pytest.approx(65, abs=1.5)  # noise of 3 HU
    assert study.has_hematoma.nonzero()[0].tolist() == [8]


def test_nominal_spacing_is_replaced_so_that_the_head_is_150_mm_wide(cohort: Cohort) -> None:
    spacing = read_labelled_study(cohort, "0000").volume.geometry.pixel_spacing_mm
    assert spacing == pytest.approx((150 / 45, 150 / 45))


def test_label_without_follow_up_is_a_risk(cohort: Cohort) -> None:
    # equation A at volume 0, regular, homogeneous: expit(-2.1189) = 0.107
    assert 0.107 < read_labelled_study(cohort, "0000").expansion_label < 0.5


def test_outcome_in_the_table_is_the_label(cohort: Cohort) -> None:
    table = cohort.patients.assign(expanded=[1, 0, 1, 0, 1, 0])
    known = Cohort(cohort.folder, table, cohort.slices)
    assert read_labelled_study(known, "0000").expansion_label == 1.0
    assert read_labelled_study(known, "0001").expansion_label == 0.0


def test_training_sees_what_inference_sees_to_one_grey_level(
    cohort: Cohort, studies: tuple[TrainingStudy, ...]
) -> None:
    volume = read_labelled_study(cohort, "0000").volume
    inference = prepare(volume, InputSpec(size_px=64)).images
    assert np.abs(studies[0].unit_images - inference).max() <= 0.5 / 255 + 1e-6
