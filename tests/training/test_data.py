import shutil
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
import pytest

from core.errors import UsageError
from core.imaging.laplacian import filter_hematoma
from core.models.preprocessing import InputSpec, prepare
from core.risk.l5 import expansion_risk_from_l5
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
    study = read_labelled_study(cohort, "0000")
    filtered = filter_hematoma(study.volume.hu, study.mask, study.volume.geometry)
    assert filtered is not None
    assert study.expansion.patient == pytest.approx(expansion_risk_from_l5(filtered.l5_hu))
    # hematoma in slice 8 alone
    assert np.flatnonzero(np.isfinite(study.expansion.slices)).tolist() == [8]
    assert study.expansion.slices[8] == pytest.approx(study.expansion.patient)


def test_outcome_in_the_table_is_the_label(cohort: Cohort) -> None:
    table = cohort.patients.assign(expanded=[1, 0, 1, 0, 1, 0])
    known = Cohort(cohort.folder, table, cohort.slices)
    for patient, outcome in (("0000", 1.0), ("0001", 0.0)):
        labels = read_labelled_study(known, patient).expansion
        assert labels.patient == outcome
        assert set(labels.slices) == {outcome}


def test_training_sees_what_inference_sees_to_one_grey_level(
    cohort: Cohort, studies: tuple[TrainingStudy, ...]
) -> None:
    volume = read_labelled_study(cohort, "0000").volume
    inference = prepare(volume, InputSpec(size_px=64)).images
    assert np.abs(studies[0].unit_images - inference).max() <= 0.5 / 255 + 1e-6


@pytest.fixture
def folder(cohort: Cohort, tmp_path: Path) -> Path:
    """A copy of the data folder, to be spoilt."""
    return Path(shutil.copytree(cohort.folder, tmp_path / "data"))


def rewrite(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(pd.read_csv(path, dtype=str)).to_csv(path, index=False)


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("patients.csv", lambda t: t.drop(columns="split"), "patients.csv has no column split"),
        ("slices.csv", lambda t: t.drop(columns="exclude"), "slices.csv has no column exclude"),
        ("patients.csv", lambda t: pd.concat([t, t[:1]]), "1 row.* of patients.csv repeat the pat"),
        ("slices.csv", lambda t: pd.concat([t, t[:2]]), "2 row.* of slices.csv repeat the patient"),
    ],
)
def test_table_that_cannot_be_right_is_refused(
    folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame], complaint: str
) -> None:
    rewrite(folder / name, change)
    with pytest.raises(UsageError, match=complaint):
        read_cohort(folder)


@pytest.mark.parametrize("content", [b"", "patient,split\nM\u00fcller,val\n".encode("latin-1")])
def test_table_that_is_none_is_refused(folder: Path, content: bytes) -> None:
    (folder / "patients.csv").write_bytes(content)
    with pytest.raises(UsageError, match="patients.csv cannot be read") as refusal:
        read_cohort(folder)
    assert str(folder) not in str(refusal.value)


def test_split_that_nobody_is_in_is_refused(cohort: Cohort) -> None:
    with pytest.raises(UsageError, match="split 'test', expected one of: train, val"):
        cohort.split("test")


def test_study_without_its_file_is_refused(folder: Path) -> None:
    (folder / "0001_seg.nii.gz").unlink()
    with pytest.raises(UsageError, match="no 0001_seg.nii.gz"):
        read_labelled_study(read_cohort(folder), "0001")


def test_mask_on_another_grid_is_refused(folder: Path) -> None:
    path = folder / "0001_seg.nii.gz"
    mask = nibabel.load(path)
    voxels = np.asarray(mask.dataobj)
    nibabel.save(nibabel.Nifti1Image(voxels[:, :, :-1], mask.affine), path)
    with pytest.raises(UsageError, match=r"shape \(11, 64, 64\), expected .* \(12, 64, 64\)"):
        read_labelled_study(read_cohort(folder), "0001")


def test_table_that_lacks_a_slice_is_refused(folder: Path) -> None:
    rewrite(folder / "slices.csv", lambda t: t[1:])
    with pytest.raises(UsageError, match="patient 0000 from 0 to 11"):
        read_labelled_study(read_cohort(folder), "0000")


@pytest.mark.parametrize("outcome", ["", "2"])
def test_unknown_outcome_is_refused(folder: Path, outcome: str) -> None:
    rewrite(folder / "patients.csv", lambda t: t.assign(expanded=["1", "0", outcome, *"101"]))
    with pytest.raises(UsageError, match="patient 0002, expected 0 or 1"):
        read_labelled_study(read_cohort(folder), "0002")
