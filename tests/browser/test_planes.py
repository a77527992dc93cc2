"""Coronal and sagittal pictures in the patient's mm: the viewer's own arithmetic, in Chromium."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import app.widgets.slice_viewer as viewer
from app.widgets.slice_viewer.component import geometry_props
from core.domain import Geometry
from tests.dicom.make import axial_geometry

pytestmark = pytest.mark.browser

SHAPE = (40, 96, 64)
STEP_MM, PIXEL_MM = 3.0, (2.0, 2.0)
OUTSIDE = 99
_CUT = """
([geometry, plane, position, values]) => {
  const found = planesOf(geometry)[plane];
  const picture = cut(Uint8Array.from(values), found, position, geometry, 99);
  const { rows, columns, row_mm, column_mm, lean } = found;
  return { rows, columns, row_mm, column_mm, lean, picture: [...picture] };
}
"""
_THERE_AND_BACK = """
([geometry, plane, voxels]) => {
  const found = planesOf(geometry)[plane];
  return voxels.map(([slice, row, column]) => {
    const lps = lpsOf({slice, row, column}, geometry);
    const [position, pixel] = [found.positionOf(lps), found.pixelOf(lps)];
    return {at: voxelAt(found, position, pixel, geometry), lps: found.lpsAt(position, pixel)};
  });
}
"""


@pytest.fixture(scope="module")
def scripts(chromium: Browser) -> Iterator[Page]:
    """A page that holds the viewer's arithmetic and nothing else."""
    page = chromium.new_page()
    page.add_script_tag(path=Path(viewer.__file__).parent / "planes.js")
    yield page
    page.close()


def tilted(tilt_deg: float) -> Geometry:
    return axial_geometry(SHAPE, STEP_MM, PIXEL_MM, tilt_deg)


def lps_mm(geometry: Geometry) -> np.ndarray:
    """Center of every voxel, (slices, rows, columns, 3)."""
    down = np.arange(geometry.rows)[:, None] * PIXEL_MM[0] * geometry.row_axis
    across = np.arange(geometry.columns)[:, None] * PIXEL_MM[1] * geometry.column_axis
    return geometry.positions_mm[:, None, None] + down[:, None] + across


def cut(page: Page, geometry: Geometry, plane: str, position: int, values: np.ndarray) -> dict:
    """A picture with its rows, columns and the size of its pixels."""
    found = page.evaluate(
        _CUT, [geometry_props(geometry), plane, position, values.astype(int).ravel().tolist()]
    )
    found["picture"] = np.reshape(found["picture"], (found["rows"], found["columns"]))
    return found


def rod_along(geometry: Geometry, *axes: int, radius_mm: float = 4.0) -> np.ndarray:
    """A straight rod through the middle; ``axes`` are the patient's that it is square to."""
    lps = lps_mm(geometry)
    from_middle = lps - lps.reshape(-1, 3).mean(axis=0)
    return np.linalg.norm(from_middle[..., list(axes)], axis=-1) < radius_mm


def slope(picture: np.ndarray, *, of: str) -> float:
    """Columns to the right for each row down of a standing structure; of a lying one, the inverse.

    Where it meets the slanted end of the stack a part of it is missing: those rows are left out.
    """
    rows, columns = np.nonzero(picture == 1)
    on, off = (rows, columns) if of == "standing" else (columns, rows)
    places = np.unique(on)[5:-5]
    middles = [off[on == place].mean() for place in places]
    return float(np.polyfit(places, middles, 1)[0])


@pytest.mark.parametrize("tilt_deg", [0.0, 15.0, -15.0])
def test_what_stands_upright_in_the_patient_stands_upright_in_the_pictures(
    scripts: Page, tilt_deg: float
) -> None:
    geometry = tilted(tilt_deg)
    standing, lying = rod_along(geometry, 0, 1), rod_along(geometry, 0, 2)
    sagittal = cut(scripts, geometry, "sagittal", SHAPE[2] // 2, standing)
    assert sagittal["lean"] == pytest.approx(np.tan(np.radians(tilt_deg)), abs=1e-5)
    # A row of pixels moves by one at most over 60 rows: rods are drawn by the nearest voxel.
    assert slope(sagittal["picture"], of="standing") == pytest.approx(0.0, abs=0.015)
    level = cut(scripts, geometry, "sagittal", SHAPE[2] // 2, lying)
    assert slope(level["picture"], of="lying") == pytest.approx(0.0, abs=0.015)
    front = cut(scripts, geometry, "coronal", SHAPE[1] // 2, rod_along(geometry, 0, 1))
    assert slope(front["picture"], of="standing") == pytest.approx(0.0, abs=0.015)


@pytest.mark.parametrize("tilt_deg", [0.0, 15.0])
@pytest.mark.parametrize(("plane", "axes"), [("sagittal", (1, 2)), ("coronal", (0, 2))])
def test_distance_in_a_picture_is_the_distance_in_the_patient(
    scripts: Page, plane: str, axes: tuple[int, int], tilt_deg: float
) -> None:
    geometry = tilted(tilt_deg)
    found = cut(scripts, geometry, plane, 0, np.zeros(SHAPE))
    one, other = (8, 30, 20), (30, 30, 20)
    if plane == "sagittal":
        other = (30, 70, 20)
    lps = lps_mm(geometry)
    pixels = [
        scripts.evaluate(
            "([geometry, plane, lps]) => planesOf(geometry)[plane].pixelOf(lps)",
            [geometry_props(geometry), plane, lps[voxel].tolist()],
        )
        for voxel in (one, other)
    ]
    across_mm, down_mm = np.subtract(*pixels) * [found["column_mm"], found["row_mm"]]
    expected = lps[one] - lps[other]
    assert across_mm == pytest.approx(expected[axes[0]], abs=0.02)
    assert -down_mm == pytest.approx(expected[axes[1]], abs=0.02)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_each_point_is_found_where_it_is_drawn(scripts: Page, plane: str) -> None:
    """Slices that lean, are shifted sideways each by its own way, and are unevenly spaced."""
    geometry = axial_geometry(SHAPE, 5.0, PIXEL_MM, tilt_deg=15.0)
    random = np.random.default_rng(4)
    moved = geometry.positions_mm.copy()
    moved[1:-1] += random.uniform(-0.9, 0.9, (SHAPE[0] - 2, 3))
    voxels = random.integers(2, np.array(SHAPE) - 2, (200, 3))
    moved_stack = replace(geometry, positions_mm=moved)
    found = scripts.evaluate(_THERE_AND_BACK, [geometry_props(moved_stack), plane, voxels.tolist()])
    shown = np.array(
        [[voxel["at"][axis] for axis in ("slice", "row", "column")] for voxel in found]
    )
    apart = shown - voxels
    # Leaning rows are 1.93 mm apart in pixels of 2 mm: one in thirty is its neighbour's.
    assert np.abs(apart).max(axis=0).tolist() in ([0, 0, 0], [0, 1, 0])
    assert np.count_nonzero(apart) < 20
    errors_mm = np.array([voxel["lps"] for voxel in found]) - lps_mm(moved_stack)[tuple(voxels.T)]
    # Positions are sent to 0.01 mm; across a plane a point is known to half a pixel of 2 mm, and a
    # leaning slice is then 1 mm * tan 15 degrees higher.
    within_mm = {"axial": [0.02] * 3, "coronal": [0.02, 1.0, 0.28], "sagittal": [1.0, 0.02, 0.02]}
    assert (np.abs(errors_mm).max(axis=0) <= np.array(within_mm[plane]) + 0.01).all()


def test_untilted_stack_is_cut_along_its_rows_and_columns(scripts: Page) -> None:
    values = np.random.default_rng(1).integers(0, 50, SHAPE)
    geometry = tilted(0.0)
    heights = np.repeat(np.arange(SHAPE[0])[::-1], 3)[::2]  # slices of 3 mm in rows of 2 mm
    sagittal = cut(scripts, geometry, "sagittal", 20, values)
    assert sagittal["picture"].tolist() == values[heights, :, 20].tolist()
    coronal = cut(scripts, geometry, "coronal", 30, values)
    assert coronal["picture"].tolist() == values[heights, 30].tolist()


def test_shifted_slice_is_set_right_and_what_lies_outside_is_air(scripts: Page) -> None:
    geometry = tilted(0.0)
    moved = geometry.positions_mm.copy()
    moved[20] += [6.0, 4.0, 0.0]  # three columns to the left of the patient, two rows back
    shifted = replace(geometry, positions_mm=moved)
    rod = rod_along(shifted, 0, 1)
    sagittal = cut(scripts, shifted, "sagittal", SHAPE[2] // 2, rod)
    assert slope(sagittal["picture"], of="standing") == pytest.approx(0.0, abs=1e-6)
    widths = (sagittal["picture"] == 1).sum(axis=1)
    assert set(widths.tolist()) == {4}  # the rod's 8 mm in the moved slice as well
    assert (sagittal["picture"] == OUTSIDE).any()
