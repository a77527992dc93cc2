"""The skull and the frame of a head that lies in a headrest as dense as bone."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain import Series, Volume
from core.imaging.skull import coarse_head, head_frame
from core.simulate.phantom import PhantomSettings, simulate_head
from tests.dicom.make import quality_of

SERIES = Series(uid="1", files=(), format="dicom", modality="CT", description="Head")


@pytest.fixture(scope="module")
def head() -> Volume:
    phantom = simulate_head(PhantomSettings(matrix=240, planes_per_slice=1, yaw_deg=0.0), seed=5)
    return Volume(phantom.hu, phantom.geometry, SERIES)


@pytest.fixture(scope="module")
def rested(head: Volume) -> Volume:
    """The head in half a tube of 3 mm that touches it, as densities end in a window or not."""
    frame = head_frame(coarse_head(head))
    spacing_mm = head.geometry.pixel_spacing_mm
    rows, columns = np.indices(head.hu.shape[1:])
    down_mm = rows * spacing_mm[0] - frame.middle[0]
    across_mm = columns * spacing_mm[1] - frame.middle[1]
    away_mm = np.hypot(down_mm, across_mm)
    hu = head.hu.copy()
    hu[:, (np.abs(away_mm - 110) < 1.5) & (down_mm > 0)] = 800
    hu[:6, (away_mm < 110) & (away_mm > 85) & (np.abs(across_mm) < 4) & (down_mm > 0)] = 800
    return replace(head, hu=hu)


@pytest.mark.parametrize("window_hu", [(-1024, 3071), (-20, 100)])
def test_headrest_is_no_part_of_the_skull(
    head: Volume, rested: Volume, window_hu: tuple[int, int]
) -> None:
    alone, with_rest = (
        coarse_head(replace(volume, hu=volume.hu.clip(*window_hu))) for volume in (head, rested)
    )
    frame, same = head_frame(alone), head_frame(with_rest)
    assert (frame.half_length_mm, frame.half_width_mm) == pytest.approx((89, 72), abs=3)
    assert (same.half_length_mm, same.half_width_mm) == pytest.approx((89, 72), abs=3)
    assert same.middle == pytest.approx(frame.middle, abs=1)
    assert np.count_nonzero(alone.skull & ~with_rest.skull) == 0


def test_headrest_is_no_vessel(rested: Volume) -> None:
    assert "contrast-agent" not in {finding.code for finding in quality_of(rested)}
