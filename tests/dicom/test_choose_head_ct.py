from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nibabel
import numpy as np
import pytest

from core.dicom import choose_head_ct, find_series, rank_series
from core.domain import PatientHeader, Series
from core.errors import StudyUnusableError, UsageError

Write = Callable[..., list[Path]]


def head_ct(uid: str = "1", **fields: object) -> Series:
    plain: dict[str, object] = {
        "files": (Path("a.dcm"),) * 28,
        "format": "dicom",
        "modality": "CT",
        "description": "Head 5.0",
        "body_part": "HEAD",
        "image_type": ("ORIGINAL", "PRIMARY", "AXIAL"),
        "kernel": "H31s",
        "n_slices": 28,
        "n_images": 28,
        "spacing_mm": 5.0,
        "normal": (0.0, 0.0, 1.0),
    }
    return Series(uid=uid, **{**plain, **fields})  # type: ignore[arg-type]


def message_of(*series: Series) -> str:
    with pytest.raises(StudyUnusableError) as refusal:
        choose_head_ct(series)
    assert refusal.value.exit_code == 3
    assert refusal.value.remedy
    return refusal.value.message


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "no DICOM or NIfTI" in message_of(*find_series(tmp_path))


def test_folder_of_text_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("65 years, GCS 10")
    assert "no DICOM or NIfTI" in message_of(*find_series(tmp_path))


def test_brain_mr_is_refused(write_head: Write, tmp_path: Path) -> None:
    mr_image_storage = "1.2.840.10008.5.1.4.1.1.4"
    header = {"SOPClassUID": mr_image_storage, "Modality": "MR", "SeriesDescription": "Brain"}
    write_head(header=header)
    assert "1 MR series (Brain): not CT" in message_of(*find_series(tmp_path))


@pytest.mark.parametrize(
    ("description", "body_part"),
    [
        ("Thorax 5.0 B31f", "CHEST"),
        ("", "ABDOMEN"),
        ("C-SPINE 2.0", "CSPINE"),
        # The protocol's body part is that of another examination; the description outranks it.
        ("LUNG 1.25", "HEAD"),
    ],
)
def test_ct_of_something_else_is_refused(description: str, body_part: str) -> None:
    other = head_ct(description=description, body_part=body_part)
    assert "another part of the body" in message_of(other)


def test_only_localizers_are_refused() -> None:
    scout = head_ct(image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"), n_slices=2)
    assert "2 CT series (Head 5.0): localizer" in message_of(scout, scout)


def test_too_few_slices_are_refused() -> None:
    assert "too few slices: 7" in message_of(head_ct(n_slices=7))


@pytest.mark.parametrize("description", ["CTA Head", "HEAD_ANGIO 0.6", "Perfusion brain"])
def test_angiography_is_refused(description: str) -> None:
    assert "angiography or perfusion" in message_of(head_ct(description=description))


def test_time_series_is_refused() -> None:
    dynamic = head_ct(n_images=300, n_slices=10)
    assert "several images at each position" in message_of(dynamic)


def test_coronal_reformation_is_chosen_only_where_no_axial_series_is() -> None:
    coronal, axial = head_ct("1", normal=(0.0, 1.0, 0.0)), head_ct("2", spacing_mm=0.6)
    judged = rank_series([coronal, axial])

    assert [j.series.uid for j in judged] == ["2", "1"]
    assert judged[1].reasons == ("coronal or sagittal, not axial",)
    assert choose_head_ct([coronal]) is coronal
    assert rank_series([coronal])[0].reasons[0].startswith("coronal CT")


def test_multi_frame_object_is_refused_with_a_remedy() -> None:
    enhanced = head_ct(files=(Path("a.dcm"),), n_slices=28, n_images=1, normal=None)
    assert "multi-frame" in message_of(enhanced)


@pytest.mark.parametrize(
    "worse",
    [
        {"spacing_mm": 0.6, "n_slices": 250, "files": (Path("a.dcm"),) * 250},
        {"spacing_mm": 9.0},
        {"kernel": "H60s"},
        {"kernel": "BONEPLUS"},
        {"kernel": "FC30"},
        {"contrast_agent": "Iomeron"},
        {"description": "Head with contrast"},
        {"description": "5.0 H31s", "body_part": ""},
        {"image_type": ("DERIVED", "SECONDARY", "AXIAL")},
    ],
)
def test_plain_soft_tissue_head_series_is_preferred(worse: dict[str, object]) -> None:
    series = [head_ct("other", **worse), head_ct("plain")]

    ranked = rank_series(series)

    assert choose_head_ct(series).uid == "plain"
    assert all(judged.suitable for judged in ranked)
    assert len(ranked[0].reasons) == 1
    assert len(ranked[1].reasons) == 2
    # What is worse is taken all the same if there is nothing else; check_quality warns.
    assert choose_head_ct(series[:1]).uid == "other"


def test_thin_brain_series_is_preferred_to_thick_bone_series() -> None:
    thin = head_ct("thin", spacing_mm=1.0)
    assert choose_head_ct([head_ct("bone", kernel="H70h"), thin]).uid == "thin"


@pytest.mark.parametrize(
    "description", ["Head w/o contrast", "HEAD WITHOUT CONTRAST", "Non-contrast"]
)
def test_without_contrast_is_not_taken_for_contrast(description: str) -> None:
    (judged,) = rank_series([head_ct(description=description)])
    assert judged.reasons == ("axial CT, 28 slices, 5.0 mm apart",)


def test_canon_brain_kernel_is_not_taken_for_sharp() -> None:
    (judged,) = rank_series([head_ct(kernel="FC68")])
    assert len(judged.reasons) == 1


def test_baseline_is_preferred_to_follow_up(write_head: Write, tmp_path: Path) -> None:
    write_head("follow_up", {"AcquisitionDate": "20240302"})
    # The baseline wins although it is the worse series of the two.
    write_head(
        "later_in_path", {"SeriesDescription": "Head thin bone", "ConvolutionKernel": "H60s"}
    )

    assert choose_head_ct(find_series(tmp_path)).kernel == "H60s"


def test_named_series_is_taken_whatever_its_description() -> None:
    odd = head_ct("odd", description="Neck 5.0", body_part="NECK")
    assert choose_head_ct([head_ct("plain"), odd], "odd").uid == "odd"


def test_named_series_must_be_axial_ct() -> None:
    with pytest.raises(StudyUnusableError, match="not CT"):
        choose_head_ct([head_ct("plain"), head_ct("mr", modality="MR")], "mr")


def test_unknown_uid_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="None of the 1 series"):
        choose_head_ct([head_ct("plain")], "1.2.3")


def test_mask_beside_a_nifti_ct_is_not_chosen(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((8, 8, 30), np.int16), np.diag([1.0, 1.0, 5.0, 1.0]))
    for name in ("0001_ct.nii.gz", "0001_seg.nii.gz"):
        nibabel.save(image, tmp_path / name)

    assert choose_head_ct(find_series(tmp_path)).uid == "0001_ct.nii.gz"


def test_several_nifti_volumes_are_refused(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((8, 8, 30), np.int16), np.diag([1.0, 1.0, 5.0, 1.0]))
    for name in ("a.nii", "b.nii"):
        nibabel.save(image, tmp_path / name)

    assert "2 NIfTI volumes" in message_of(*find_series(tmp_path))


def test_time_of_scan_orders_equal_series() -> None:
    early = PatientHeader(acquired_at=datetime(2024, 3, 1, 10, 0))
    late = PatientHeader(acquired_at=datetime(2024, 3, 1, 10, 30))
    series = [head_ct("late", patient=late), head_ct("early", patient=early)]
    assert choose_head_ct(series).uid == "early"
