from dataclasses import replace

import numpy as np
import pytest

from core.domain import Assessment
from core.parity import parity, worst
from tests.report.make import make_assessment


def assessment(rows: int = 10) -> Assessment:
    mask = np.zeros((4, 32, 32), bool)
    mask[1:3, 10 : 10 + rows, 10:20] = True
    return make_assessment(mask, pixel_mm=1.0, ndl=30.0)


def with_slices(made: Assessment, **shift: float) -> Assessment:
    slices = tuple(
        replace(
            one,
            **{
                name: value if (value := getattr(one, name)) is None else value + by
                for name, by in shift.items()
            },
        )
        for one in made.slices
    )
    return replace(made, slices=slices)


def test_assessment_is_at_parity_with_itself() -> None:
    found = parity(assessment(), assessment())
    assert (found.p_slice, found.dice, found.volume, found.dl_score, found.p) == (0, 1, 0, 0, 0)
    assert found.shown == found.given > 0
    assert found.passes


def test_differences_are_those_worked_out_by_hand() -> None:
    mine = with_slices(assessment(rows=9), p_hematoma=-0.02, dl_score=0.004)
    found = parity(mine, assessment(rows=10))
    assert found.p_slice == pytest.approx(0.02)
    assert found.dl_score == pytest.approx(0.004)
    assert found.dice == pytest.approx(2 * 9 / 19)
    assert found.volume == pytest.approx(0.1)
    assert not found.passes


@pytest.mark.parametrize(
    "miss",
    [
        {"p_slice": 0.011},
        {"dice": 0.9949},
        {"volume": 0.021},
        {"dl_score": 0.011},
        {"p": 0.011},
        {"shown": 18, "given": 20},
    ],
)
def test_engine_that_misses_one_bar_is_not_offered(miss: dict[str, float]) -> None:
    assert not replace(parity(assessment(), assessment()), **miss).passes


def test_worst_of_several_studies_counts() -> None:
    good = parity(assessment(), assessment())
    bad = parity(assessment(rows=9), assessment(rows=10))
    both = worst([good, bad])
    assert (both.dice, both.volume) == (bad.dice, bad.volume)
    assert both.given == good.given + bad.given
