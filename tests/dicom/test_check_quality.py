from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.dicom import (
    choose_head_ct,
    find_series,
    read_volume,
    refuse_if_unusable,
)
from core.domain import Geometry, QualityFinding, Series, Severity, Volume
from core.errors import StudyUnusableError
from tests.dicom.make import axial_geometry, quality_of

HEAD = Series(
    uid="1",
    files=(Path("a.dcm"),),
    format="dicom",
    modality="CT",
    description="Head",
    normal=(0.0, 0.0, 1.0),
)


def volume_of(hu: np.ndarray, geometry: Geometry, series: Series = HEAD) -> Volume:
    return Volume(hu, geometry, series)


def at_heights(hu: np.ndarray, heights_mm: list[float]) -> Volume:
    positions = np.array([[0.0, 0.0, height] for height in heights_mm])
    geometry = replace(axial_geometry(hu.shape), positions_mm=positions)
    return volume_of(hu[: len(heights_mm)], geometry)


def severities(volume: Volume) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in quality_of(volume)}


def without(heights_mm: list[float], *missing: int) -> list[float]:
    return [height for index, height in enumerate(heights_mm) if index not in missing]


EVERY_5_MM = [5.0 * index for index in range(24)]


def test_plain_head_has_no_findings(hu: np.ndarray, geometry: Geometry) -> None:
    assert quality_of(volume_of(hu, geometry)) == ()


@pytest.mark.parametrize("missing", [(10,), (10, 11), (10, 12), (22,), (1,)])
def test_up_to_two_missing_slices_are_a_warning(hu: np.ndarray, missing: tuple[int, ...]) -> None:
    found = severities(at_heights(hu, without(EVERY_5_MM, *missing)))
    assert found["missing-slices"] is Severity.WARNING


def test_three_missing_slices_in_a_row_are_refused(hu: np.ndarray) -> None:
    findings = quality_of(at_heights(hu, without(EVERY_5_MM, 10, 11, 12)))

    with pytest.raises(StudyUnusableError, match=r"leaves 15\.0 mm unseen"):
        refuse_if_unusable(findings)


def test_three_missing_thin_slices_are_a_warning(hu: np.ndarray) -> None:
    # 3 mm of a hematoma unseen is no more than a standard slice averages.
    found = severities(at_heights(hu, without([1.0 * index for index in range(24)], 10, 11, 12)))
    assert found["missing-slices"] is Severity.WARNING


def test_thin_posterior_fossa_and_thick_slices_above_are_no_gap(hu: np.ndarray) -> None:
    heights = [4.0 * index for index in range(12)] + [44.0 + 8.0 * index for index in range(1, 13)]
    assert severities(at_heights(hu, heights)) == {"uneven-steps": Severity.INFO}


def test_tilt_is_measured_from_the_shear(hu: np.ndarray) -> None:
    (finding,) = quality_of(volume_of(hu, axial_geometry(hu.shape, tilt_deg=12.0)))
    assert finding.code == "gantry-tilt"
    assert "12.0 degrees" in finding.message


def test_partial_head_is_a_warning(hu: np.ndarray, geometry: Geometry) -> None:
    half = replace(geometry, positions_mm=geometry.positions_mm[:12])
    assert severities(volume_of(hu[:12], half)) == {"limited-coverage": Severity.WARNING}


@pytest.mark.parametrize(
    ("step_mm", "code", "severity"),
    [(10.0, "thick-slices", Severity.WARNING), (1.0, "thin-slices", Severity.INFO)],
)
def test_unusual_slice_distance_is_told(
    hu: np.ndarray, step_mm: float, code: str, severity: Severity
) -> None:
    assert severities(volume_of(hu, axial_geometry(hu.shape, step_mm)))[code] is severity


@pytest.mark.parametrize(
    ("series", "code"),
    [
        (replace(HEAD, contrast_agent="Ultravist"), "contrast-agent"),
        (replace(HEAD, kernel="Hr64"), "bone-kernel"),
        (replace(HEAD, description="5.0 mm"), "body-part-unstated"),
    ],
)
def test_header_is_heeded(hu: np.ndarray, geometry: Geometry, series: Series, code: str) -> None:
    assert severities(volume_of(hu, geometry, series)) == {code: Severity.WARNING}


def test_display_window_is_noticed(hu: np.ndarray, geometry: Geometry) -> None:
    windowed = volume_of(hu.clip(-20, 100), geometry)
    assert severities(windowed) == {"window-limited-hu": Severity.WARNING}


@pytest.mark.parametrize(
    ("low_hu", "high_hu"), [(0, 80), (-20, 100), (-40, 110), (-160, 240), (-1000, 1000), (20, 85)]
)
def test_picture_of_8_bits_is_no_ct(
    hu: np.ndarray, geometry: Geometry, low_hu: int, high_hu: int
) -> None:
    shares = (hu.astype(float).clip(low_hu, high_hu) - low_hu) / (high_hu - low_hu)
    gray = (255 * shares).round().astype(np.int16)
    found = severities(volume_of(gray, geometry))
    assert found["window-limited-hu"] is Severity.REFUSAL
    cropped = volume_of(gray.clip(3, 250), geometry)  # as lossy compression leaves it
    if (low_hu, high_hu) != (20, 85):  # no hospital's window: brain at 39 of 255, which could be HU
        assert severities(cropped)["window-limited-hu"] is Severity.REFUSAL


def test_every_real_head_cut_to_a_window_in_hu_is_read(shared_data: Path) -> None:
    heads = sorted((shared_data / "phe_sich").glob("*_ct.nii.gz"))[::8]
    assert len(heads) == 12
    for head in heads:
        volume = read_volume(choose_head_ct(find_series(head)))
        assert severities(volume)["window-limited-hu"] is Severity.WARNING


def test_values_between_0_and_1_are_no_densities(hu: np.ndarray, geometry: Geometry) -> None:
    shares = volume_of((hu.clip(0, 100) > 50).astype(np.int16), geometry)
    assert severities(shares) == {"implausible-hu": Severity.REFUSAL}


def test_values_of_another_scale_are_not_called_a_window(
    hu: np.ndarray, geometry: Geometry
) -> None:
    (finding,) = quality_of(volume_of(hu.clip(0, None) * 2, geometry))
    assert finding.code == "window-limited-hu"
    assert "or these are not HU" in finding.message


def test_lost_intercept_is_refused(hu: np.ndarray, geometry: Geometry) -> None:
    assert severities(volume_of(hu + 1024, geometry)) == {"implausible-hu": Severity.REFUSAL}


@pytest.mark.parametrize(
    ("shift_hu", "severity"),
    [(-25, "refusal"), (-15, "warning"), (0, None), (15, "warning"), (25, "refusal")],
)
def test_shifted_densities_are_noticed(
    hu: np.ndarray, geometry: Geometry, shift_hu: int, severity: str | None
) -> None:
    found = severities(volume_of(hu + shift_hu, geometry))
    assert found == ({} if severity is None else {"unusual-brain-hu": severity})


def test_brain_of_130_hu_is_none(hu: np.ndarray, geometry: Geometry) -> None:
    found = severities(volume_of(hu + 100, geometry))
    assert found == {"no-brain-seen": Severity.REFUSAL, "no-air": Severity.WARNING}


def test_metal_is_told_by_its_volume(hu: np.ndarray, geometry: Geometry) -> None:
    # A voxel is 3.5 * 3.5 * 5 mm3 = 0.061 mL: one is below 0.1 mL, two are above.
    hu[3, 50, 30] = 3071
    assert severities(volume_of(hu, geometry)) == {}
    hu[3, 50, 31] = 3071
    assert severities(volume_of(hu, geometry)) == {"metal": Severity.WARNING}


def test_findings_of_reading_come_first(hu: np.ndarray, geometry: Geometry) -> None:
    first = QualityFinding("duplicate-slices", Severity.WARNING, "found", "do")
    volume = Volume(hu.clip(-20, 100), geometry, HEAD, (first,))
    assert quality_of(volume)[0] is first


def test_warnings_do_not_refuse() -> None:
    refuse_if_unusable([QualityFinding("metal", Severity.WARNING, "found", "do")])
