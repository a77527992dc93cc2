"""The same filter by scipy, plainly: for even steps without tilt it is one line an axis."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage, stats

from core.domain import BoolArray, Geometry
from core.imaging.laplacian import CLIP_HU, SIGMA_MM, filter_hematoma
from core.simulate.phantom import PhantomSettings, simulate_head
from core.training.data import read_cohort, read_labelled_study

# The filter ends at 4 sigma, scipy's here at 8: 0.3 % of some 20 HU.  No slice differs by more.
ATOL_HU = 0.1


def by_scipy(hu: NDArray[np.int16], geometry: Geometry) -> NDArray[np.float64]:
    steps_mm = np.diff(geometry.offsets_mm)
    assert np.ptp(steps_mm) < 1e-3
    spacing_mm = np.array([steps_mm[0], *geometry.pixel_spacing_mm])
    second = [
        ndimage.gaussian_filter(
            hu.clip(*CLIP_HU).astype(float),
            SIGMA_MM / spacing_mm,
            order=2 * np.eye(3, dtype=int)[axis],
            mode="nearest",
            truncate=8,
        )
        * (SIGMA_MM / spacing_mm[axis]) ** 2
        for axis in range(3)
    ]
    return np.sum(second, axis=0)


def cropped(
    hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry
) -> tuple[NDArray[np.int16], BoolArray, Geometry]:
    """Rows and columns within 25 mm of the hematoma, so that scipy is done soon."""
    margins = (round(25 / spacing_mm) for spacing_mm in geometry.pixel_spacing_mm)
    rows, columns = (
        slice(max(np.flatnonzero(held)[0] - margin, 0), np.flatnonzero(held)[-1] + margin)
        for held, margin in zip((mask.any((0, 2)), mask.any((0, 1))), margins, strict=True)
    )
    hu, mask = hu[:, rows, columns], mask[:, rows, columns]
    return (
        hu,
        mask,
        Geometry(
            geometry.positions_mm,
            geometry.column_axis,
            geometry.row_axis,
            geometry.pixel_spacing_mm,
            *hu.shape[1:],
        ),
    )


def l5_both_ways(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> NDArray[np.float64]:
    """L5 of the hematoma and then of each slice that holds some (1 + slices, ours and scipy's)."""
    found = filter_hematoma(hu, mask, geometry)
    assert found is not None
    hu, mask, geometry = cropped(hu, mask, geometry)
    expected = by_scipy(hu, geometry)
    held = mask.any(axis=(1, 2))
    assert np.isfinite(found.slice_l5_hu).tolist() == held.tolist()
    plain = [np.percentile(expected[mask], 10)] + [
        np.percentile(expected[k][mask[k]], 10) for k in np.flatnonzero(held)
    ]
    return np.column_stack([[found.l5_hu, *found.slice_l5_hu[held]], plain])


@pytest.mark.parametrize(("step_mm", "slices"), [(5.0, 15), (2.5, 30)])
def test_phantom_has_the_l5_of_scipy(step_mm: float, slices: int) -> None:
    settings = PhantomSettings(
        matrix=128,
        n_slices=slices,
        slice_distance_mm=step_mm,
        planes_per_slice=1,
        lowest_slice_mm=-32.0,
    )
    phantom = simulate_head(settings, seed=1)
    ours, scipys = l5_both_ways(phantom.hu, phantom.hematoma, phantom.geometry).T
    np.testing.assert_allclose(ours, scipys, atol=ATOL_HU)
    assert np.ptp(scipys[1:]) > 5  # slices differ by far more than that


def test_patients_have_the_l5_of_scipy(shared_data: Path) -> None:
    cohort = read_cohort(shared_data / "phe_sich")
    patients, slices = [], []
    for patient in cohort.names[::12]:
        study = read_labelled_study(cohort, patient)
        whole, *each = l5_both_ways(study.volume.hu, study.mask, study.volume.geometry)
        patients.append(whole)
        slices += each
    assert len(patients) == 8
    for pairs in (np.array(patients), np.array(slices)):
        np.testing.assert_allclose(*pairs.T, atol=ATOL_HU)
        assert stats.spearmanr(*pairs.T).statistic > 0.9995
