from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.opening import OpenStudy
from app.tabs import Tab
from app.widgets.slice_viewer.rulers import distances_of, rulers_of
from core.domain import Distance
from core.errors import UsageError

RULER: dict[str, Any] = {"plane": "sagittal", "from": [1, 2, 3], "to": [1, 5, 7]}


def test_ruler_comes_back_as_it_was_sent() -> None:
    (found,) = distances_of({"rulers": [RULER]})
    assert found.length_mm == pytest.approx(5.0)
    (back,) = rulers_of([found])
    assert back == {"plane": "sagittal", "from": (1.0, 2.0, 3.0), "to": (1.0, 5.0, 7.0)}
    assert distances_of({"rulers": []}) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "ruler",
        {},
        {**RULER, "plane": "oblique"},
        {**RULER, "from": [1, 2]},
        {**RULER, "to": [1, 2, float("nan")]},
        {**RULER, "to": [1, 2, None]},
    ],
)
def test_ruler_that_is_no_distance_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError, match="without its plane or its two ends"):
        distances_of({"rulers": [RULER, wrong]})
    with pytest.raises(UsageError, match="without its plane or its two ends"):
        distances_of({"rulers": None})


def test_distances_stay_with_the_study_whatever_its_outline_and_through_a_reload(
    study: OpenStudy,
) -> None:
    measured = study.measured((Distance("axial", (0, 0, 0), (3, 4, 0)),))
    assert measured.pictures is study.pictures
    segmentation = measured.assessment.segmentation
    mask = np.roll(segmentation.mask, 1, axis=0)
    edited = measured._assessed_as(
        replace(study.assessment, segmentation=replace(segmentation, mask=mask))
    )
    assert edited.assessment.distances == measured.assessment.distances
    assert edited.as_by_networks().assessment.distances == measured.assessment.distances
    again = Tab("token", "", 0.0, study=edited).reopened("token", "next", 1.0)
    assert again.study
    assert again.study.assessment.distances == measured.assessment.distances
