"""A blurred scan is noticed by the edge from air to skin."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from core.assets import EXAMPLES
from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import Severity, Volume
from core.imaging.sharpness import edge_width_mm
from tests.dicom.make import axial_geometry, quality_of

SHARP_TO_BLURRED = [
    (0.0, None),
    (1.0, None),
    (2.0, Severity.WARNING),
    (4.0, Severity.REFUSAL),
]


def blurred(volume: Volume, sigma_mm: float) -> Volume:
    rows, columns = volume.geometry.pixel_spacing_mm
    hu = ndimage.gaussian_filter(
        volume.hu.astype(np.float32), (0, sigma_mm / rows, sigma_mm / columns)
    )
    return replace(volume, hu=hu.astype(np.int16))


def said(volume: Volume) -> Severity | None:
    return {finding.code: finding.severity for finding in quality_of(volume)}.get("blurred")


@pytest.mark.parametrize(("sigma_mm", "severity"), SHARP_TO_BLURRED)
def test_blur_of_a_simulated_head_is_told(sigma_mm: float, severity: Severity | None) -> None:
    head = read_volume(choose_head_ct(find_series(EXAMPLES / "expander" / "dicom")))
    assert said(blurred(head, sigma_mm)) is severity


@pytest.mark.parametrize(("sigma_mm", "severity"), SHARP_TO_BLURRED)
def test_blur_of_a_real_head_is_told(
    sigma_mm: float, severity: Severity | None, shared_data: Path
) -> None:
    head = read_volume(choose_head_ct(find_series(shared_data / "dicom_ge_head")))
    assert said(blurred(head, sigma_mm)) is severity


@pytest.mark.parametrize("pixel_mm", [0.4, 1.0, 3.5])
def test_a_sharp_edge_is_two_pixels_wide(pixel_mm: float) -> None:
    hu = np.full((4, 400, 400), -1000, np.int16)
    hu[:, 100:300, 100:300] = 40
    geometry = axial_geometry(hu.shape, pixel_spacing_mm=(pixel_mm, pixel_mm))
    box = replace(
        read_volume(choose_head_ct(find_series(EXAMPLES / "expander" / "dicom"))),
        hu=hu,
        geometry=geometry,
    )
    assert edge_width_mm(box) == pytest.approx(2 * pixel_mm)
    assert said(box) is None


def test_densities_cut_to_a_window_tell_nothing() -> None:
    head = read_volume(choose_head_ct(find_series(EXAMPLES / "expander" / "dicom")))
    assert edge_width_mm(replace(head, hu=head.hu.clip(-20, 100))) is None
