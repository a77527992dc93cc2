"""Studies with coronal or sagittal slices only: the phantom cut in another plane."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import generate_uid

from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import Geometry, Severity, Volume
from core.errors import StudyUnusableError
from core.imaging.measures import volume_ml
from tests.dicom.make import axial_geometry, head_hu, quality_of, write_ct_series

SHAPE = (40, 48, 56)
AXIAL = axial_geometry(SHAPE, step_mm=4.0, pixel_spacing_mm=(3.0, 2.5))
UP = np.array([0.0, 0.0, 1.0])


def read(folder: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(folder)))


def cut(hu: np.ndarray, plane: str, rotation: np.ndarray) -> tuple[np.ndarray, Geometry]:
    """The phantom in coronal or sagittal slices, head up in each, turned by ``rotation``."""
    vertex = AXIAL.positions_mm[-1]
    if plane == "coronal":  # rows downwards, columns to the left
        stored = hu[::-1].transpose(1, 0, 2)
        step, column_axis, spacing = 3.0 * AXIAL.row_axis, AXIAL.column_axis, (4.0, 2.5)
    else:  # rows downwards, columns to posterior
        stored = hu[::-1].transpose(2, 0, 1)
        step, column_axis, spacing = 2.5 * AXIAL.column_axis, AXIAL.row_axis, (4.0, 3.0)
    return stored, Geometry(
        positions_mm=(vertex + np.arange(len(stored))[:, None] * step) @ rotation.T,
        column_axis=rotation @ column_axis,
        row_axis=rotation @ -UP,
        pixel_spacing_mm=spacing,
        rows=stored.shape[1],
        columns=stored.shape[2],
    )


def turned(degrees: float) -> np.ndarray:
    """About the patient's left-right axis."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])


@pytest.mark.parametrize("degrees", [0.0, 20.0, -40.0])
@pytest.mark.parametrize("plane", ["coronal", "sagittal"])
def test_coronal_and_sagittal_slices_give_the_axial_voxels(
    plane: str, degrees: float, tmp_path: Path
) -> None:
    hu = head_hu(SHAPE)
    write_ct_series(*cut(hu, plane, turned(degrees)), tmp_path)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    # Cosines are written to 7 decimals and act over 160 mm.
    expected = AXIAL.positions_mm @ turned(degrees).T
    np.testing.assert_allclose(volume.geometry.positions_mm, expected, atol=1e-4)
    assert volume.geometry.pixel_spacing_mm == pytest.approx((3.0, 2.5), abs=1e-5)
    plain = volume_ml(hu == 65, AXIAL)
    assert volume_ml(volume.hu == 65, volume.geometry) == pytest.approx(plain, rel=1e-5)
    (finding,) = volume.findings
    assert (finding.code, finding.severity) == ("reformatted", Severity.WARNING)
    assert finding.message.startswith(f"The slices are {plane}")


def test_rounding_does_not_turn_sagittal_slices_over(tmp_path: Path) -> None:
    # The normal of a sagittal slice has no z, whose sign a rounded cosine decides.
    hu = head_hu(SHAPE)
    stored, geometry = cut(hu, "sagittal", np.eye(3))
    uid = {"SeriesInstanceUID": generate_uid()}
    for part, off in ((slice(0, 20), 1e-6), (slice(20, None), -1e-6)):
        rounded = replace(
            geometry,
            positions_mm=geometry.positions_mm[part],
            row_axis=geometry.row_axis + [off, 0.0, 0.0],
        )
        write_ct_series(stored[part], rounded, tmp_path / f"{off}", uid)

    np.testing.assert_array_equal(read(tmp_path).hu, hu)


@pytest.mark.parametrize("degrees", [10.0, -40.0])
def test_oblique_slices_are_measured_on_their_own_grid(degrees: float, tmp_path: Path) -> None:
    hu = head_hu(SHAPE)
    turn = turned(degrees)
    oblique = replace(
        AXIAL,
        positions_mm=AXIAL.positions_mm @ turn.T,
        column_axis=turn @ AXIAL.column_axis,
        row_axis=turn @ AXIAL.row_axis,
    )
    write_ct_series(hu, oblique, tmp_path)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    plain = volume_ml(hu == 65, AXIAL)
    assert volume_ml(volume.hu == 65, volume.geometry) == pytest.approx(plain, rel=1e-5)


def test_quality_is_checked_in_axial_order(tmp_path: Path) -> None:
    write_ct_series(*cut(head_hu(SHAPE), "sagittal", np.eye(3)), tmp_path)

    assert {f.code for f in quality_of(read(tmp_path))} == {"reformatted"}


def test_few_sagittal_slices_do_not_cover_the_head(tmp_path: Path) -> None:
    stored, geometry = cut(head_hu(SHAPE), "sagittal", np.eye(3))
    part = replace(geometry, positions_mm=geometry.positions_mm[20:36])
    write_ct_series(stored[20:36], part, tmp_path)

    # 16 slices of 2.5 mm
    (message,) = (f.message for f in read(tmp_path).findings if f.code == "limited-coverage")
    assert message.startswith("The slices cover 40 mm")


def test_missing_sagittal_slice_is_refused(tmp_path: Path) -> None:
    stored, geometry = cut(head_hu(SHAPE), "sagittal", np.eye(3))
    kept = [i for i in range(len(stored)) if i != 20]
    write_ct_series(
        stored[kept], replace(geometry, positions_mm=geometry.positions_mm[kept]), tmp_path
    )

    with pytest.raises(StudyUnusableError, match="off even steps"):
        read(tmp_path)


def test_damaged_sagittal_end_is_refused(tmp_path: Path) -> None:
    last = write_ct_series(*cut(head_hu(SHAPE), "sagittal", np.eye(3)), tmp_path)[-1]
    last.write_bytes(last.read_bytes()[:-100])

    with pytest.raises(StudyUnusableError, match="1 slice.s. at the side of the head are damaged"):
        read(tmp_path)
