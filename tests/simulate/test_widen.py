import dataclasses

import cv2
import numpy as np
import pytest

from core.domain import Series, Volume
from core.simulate.brain_map import map_brain
from core.simulate.donor import Donor, cut_out
from core.simulate.lookalikes import LOOKALIKES, levels, paint_lookalike
from core.simulate.phantom import Phantom, PhantomSettings, simulate_head
from core.simulate.sites import SITES, Site
from core.simulate.widen import Host, Plan, widened

WHOLE_HEAD = PhantomSettings(matrix=160, n_slices=30, planes_per_slice=1, lowest_slice_mm=-62.0)
SERIES = Series(uid="", files=(), format="dicom", modality="CT")


def volume_of(phantom: Phantom) -> Volume:
    return Volume(phantom.hu, phantom.geometry, SERIES)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return simulate_head(WHOLE_HEAD, seed=1)


@pytest.fixture(scope="module")
def host(phantom: Phantom) -> Host:
    brain = map_brain(volume_of(phantom))
    assert brain is not None
    untouchable = np.zeros(len(phantom.hu), bool)
    return Host(volume_of(phantom), brain, phantom.hematoma, untouchable)


@pytest.fixture(scope="module")
def donor() -> Donor:
    other = simulate_head(WHOLE_HEAD, seed=2)
    found = cut_out(volume_of(other), other.hematoma, np.ones(len(other.hu), bool))
    assert found is not None
    assert found.volume_ml == pytest.approx(other.volume_ml, rel=0.05)  # of whole 1.5 mm pixels
    return found


@pytest.mark.parametrize("yaw_deg", [-20.0, 20.0])
def test_brain_map_is_turned_as_the_head_is(phantom: Phantom, yaw_deg: float) -> None:
    straight, turned = (
        map_brain(volume_of(simulate_head(dataclasses.replace(WHOLE_HEAD, yaw_deg=yaw), seed=1)))
        for yaw in (0.0, yaw_deg)
    )
    assert straight is not None
    assert turned is not None
    assert straight.anterior[0] == pytest.approx(-1, abs=0.01)  # within 8 degrees of upward
    turn_deg = np.degrees(np.arccos(np.dot(straight.anterior, turned.anterior)))
    assert turn_deg == pytest.approx(20, abs=5)  # the axis of a lumpy oval, not a landmark


def test_stack_too_tall_for_a_head_has_no_map(phantom: Phantom) -> None:
    positions = phantom.geometry.positions_mm * [1, 1, 2]  # 290 mm
    geometry = dataclasses.replace(phantom.geometry, positions_mm=positions)
    assert map_brain(Volume(phantom.hu, geometry, SERIES)) is None


def test_hematoma_with_an_excluded_slice_is_no_donor(phantom: Phantom) -> None:
    usable = np.ones(len(phantom.hu), bool)
    usable[np.flatnonzero(phantom.hematoma.any(axis=(1, 2)))[2]] = False
    assert cut_out(volume_of(phantom), phantom.hematoma, usable) is None


def test_hematoma_at_the_top_of_its_window_is_no_donor(phantom: Phantom) -> None:
    clipped = Volume(phantom.hu.clip(-20, 50), phantom.geometry, SERIES)
    usable = np.ones(len(phantom.hu), bool)
    assert cut_out(clipped, phantom.hematoma, usable) is None


@pytest.mark.parametrize("site", SITES)
def test_hematoma_of_each_site_is_in_the_brain_and_apart_from_the_real_one(
    host: Host, donor: Donor, site: Site
) -> None:
    result = widened(host, [donor], Plan(1, 0, (site,)), (3,))
    (hematoma,) = result.hematomas
    assert hematoma.site == site
    assert hematoma.mask.any()
    assert not hematoma.mask[~host.brain.brain].any()
    assert not (hematoma.mask & host.mask).any()
    np.testing.assert_array_equal(result.mask, host.mask | hematoma.mask)


def test_density_changes_near_the_inserted_hematoma_alone(host: Host, donor: Donor) -> None:
    result = widened(host, [donor], Plan(1, 0, ("lobar",)), (3,))
    changed = result.hu != host.volume.hu
    (hematoma,) = result.hematomas
    held = hematoma.mask.any(axis=(1, 2))
    assert not (changed.any(axis=(1, 2)) & ~held & ~result.traces).any()
    reach_px = int(np.ceil((2.4 * 1.7 + 1) / host.brain.pixel_mm)) + 1  # faded, at full scale
    disk = np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)
    for k in np.flatnonzero(held):
        near = cv2.dilate(hematoma.mask[k].astype(np.uint8), disk) > 0
        outline = cv2.dilate(hematoma.mask.any(axis=0).astype(np.uint8), disk) > 0
        assert not changed[k][~(near | outline)].any()


def test_seed_decides_what_is_inserted(host: Host, donor: Donor) -> None:
    first, again, other = (widened(host, [donor], Plan(2, 2), (seed,)) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.hu, again.hu)
    np.testing.assert_array_equal(first.mask, again.mask)
    assert (first.hu != other.hu).any()


def test_slices_that_may_not_be_touched_get_no_hematoma(host: Host, donor: Donor) -> None:
    closed = dataclasses.replace(host, untouchable=np.ones_like(host.untouchable))
    result = widened(closed, [donor], Plan(3, 0), (3,))
    assert result.hematomas == ()
    np.testing.assert_array_equal(result.hu, host.volume.hu)


def test_lookalikes_never_change_the_mask(host: Host) -> None:
    result = widened(host, [], Plan(0, 20), (3,))
    assert len(result.lookalikes) > 10  # of 20: some fall on levels without brain
    np.testing.assert_array_equal(result.mask, host.mask)
    assert not result.traces.any()
    for lookalike in result.lookalikes:
        assert not (lookalike.region & host.mask).any()


@pytest.mark.parametrize("kind", LOOKALIKES)
def test_lookalike_changes_the_brain_alone(host: Host, kind: str) -> None:
    k = int(levels(kind, host.brain)[0])  # type: ignore[arg-type]
    before = host.volume.hu[k].copy()
    painted = paint_lookalike(kind, k, before, host.brain, (1,))  # type: ignore[arg-type]
    changed = painted != before
    assert changed.any()
    assert not changed[~host.brain.brain[k]].any()
