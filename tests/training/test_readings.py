import numpy as np
import pytest

from core.errors import UsageError
from core.risk.ndl import NdlMap
from core.training.readings import Reading, plotted, summary

MAP = NdlMap(0.0, 1.0)


def reading(
    p: list[float], truth: list[float], predicted: list[float], **changes: object
) -> Reading:
    overlap = np.minimum(truth, predicted)
    fields: dict[str, object] = {
        "patient": "0001",
        "has_hematoma": np.array(truth) > 0,
        "mask_usable": np.ones(len(p), bool),
        "p_hematoma": np.array(p),
        "overlap_ml": overlap,
        "predicted_ml": np.array(predicted),
        "truth_ml": np.array(truth),
        "scores": np.full(len(p), 0.5),
        "expansion_label": 0.2,
    }
    return Reading(**(fields | changes))  # type: ignore[arg-type]


def scored(
    p: list[float], truth: list[float], predicted: list[float], *, score: float, label: float
) -> Reading:
    return reading(p, truth, predicted, scores=np.full(len(p), score), expansion_label=label)


def test_dice_is_that_of_the_whole_patient() -> None:
    # 2 * (4 + 0) / (4 + 2 + 6 + 0) = 0.6667
    assert reading([0.9, 0.9], [6.0, 0.0], [4.0, 2.0]).dice == pytest.approx(2 / 3)


def test_nothing_outlined_has_no_score() -> None:
    assert np.isnan(reading([0.1], [6.0], [0.0]).dl(MAP))


def test_slices_without_a_usable_mask_are_left_out() -> None:
    partly = reading([0.9, 0.9], [6.0, 3.0], [6.0, 0.0], mask_usable=np.array([True, False]))
    assert partly.dice == 1.0
    assert partly.volume_error_ml == 0.0


def test_patient_without_any_usable_hematoma_has_no_dice() -> None:
    assert np.isnan(reading([0.9], [0.0], [1.0]).dice)


def test_what_two_patients_cannot_tell_is_none() -> None:
    alike = [reading([0.9], [5.0], [5.0]), reading([0.8], [5.0], [5.0])]
    found = summary(alike, 0.5, MAP)
    assert found["slice"]["auc"] is None  # no slice without hematoma
    assert found["slice"]["specificity"] is None
    assert found["expansion"]["rank_correlation"] is None
    assert found["expansion"]["rank_correlation_ci95"] is None
    assert found["dice"]["mean"] == 1.0


def test_patients_without_any_mask_are_refused() -> None:
    with pytest.raises(UsageError, match="None of 1 patients"):
        summary([reading([0.9], [0.0], [1.0])], 0.5, MAP)


def test_summary_is_what_can_be_worked_out_by_hand() -> None:
    readings = [
        scored([0.9, 0.2], [5.0, 0.0], [5.0, 0.0], score=0.6, label=0.3),
        scored([0.4, 0.6], [2.0, 0.0], [0.0, 1.0], score=0.1, label=0.2),
        scored([0.8, 0.1], [8.0, 0.0], [4.0, 0.0], score=0.5, label=0.4),
        scored([0.7, 0.3], [2.0, 0.0], [2.0, 0.0], score=0.2, label=0.1),
    ]
    found = summary(readings, 0.5, MAP)
    # Positives 0.9, 0.4, 0.8, 0.7 against negatives 0.2, 0.6, 0.1, 0.3: 15 of 16 pairs in order.
    assert found["slice"]["auc"] == pytest.approx(15 / 16)
    assert found["slice"]["sensitivity"] == pytest.approx(3 / 4)
    assert found["slice"]["specificity"] == pytest.approx(3 / 4)
    # Outlined: 0.9, 0.8 and 0.7 with, 0.6 without; not: 0.4 with, 0.2, 0.3 and 0.1 without.
    assert found["slice"]["outlined"] == {
        "auc": pytest.approx(15 / 16),
        "sensitivity": 0.75,
        "specificity": 0.75,
    }
    # Dice 1; the second patient's hematoma slice is missed: 0; 2 * 4 / 12 = 0.667; 1
    assert found["dice"]["mean"] == pytest.approx((1 + 0 + 2 / 3 + 1) / 4)
    assert found["dice"]["pooled"] == pytest.approx(2 * 11 / (5 + 5 + 1 + 2 + 4 + 8 + 2 + 2))
    assert found["volume_bias_ml"] == pytest.approx((0 - 1 - 4 + 0) / 4)
    # DL 0.6, 0.1, 0.5, 0.2 against risks 0.3, 0.2, 0.4, 0.1: ranks 4 1 3 2 and 3 2 4 1;
    # 1 - 6 * (1 + 1 + 1 + 1) / (4 * 15)
    assert found["expansion"]["rank_correlation"] == pytest.approx(0.6)
    assert found["slice"]["auc_ci95"][0] <= found["slice"]["auc"] <= found["slice"]["auc_ci95"][1]


def test_slice_is_found_by_the_chain_where_it_is_outlined() -> None:
    readings = [
        reading([0.9, 0.95], [0.0, 5.0], [0.0, 5.0]),
        reading([0.8, 0.7, 0.1], [0.0, 5.0, 5.0], [1.0, 0.0, 5.0]),
    ]
    found = summary(readings, 0.5, MAP)["slice"]
    assert (found["sensitivity"], found["specificity"]) == (pytest.approx(2 / 3), 0.0)
    assert found["outlined"]["sensitivity"] == pytest.approx(2 / 3)
    assert found["outlined"]["specificity"] == 0.5
    # Outlined: 0.95 with, 0.8 without; then 0.9 without, 0.7 with; 0.1 is outlined, with.
    assert found["outlined"]["auc"] == pytest.approx(3 / 6)


def test_pictures_hold_the_curve_and_no_name() -> None:
    readings = [
        reading([0.9, 0.2], [5.0, 0.0], [4.0, 0.0], patient="0007"),
        reading([0.4, 0.1], [2.0, 0.0], [2.0, 0.0], patient="0003"),
        reading([0.6], [0.0], [1.0], patient="0001"),  # nothing to outline
    ]
    found = plotted(readings)
    # Descending: a hematoma at 0.9, none at 0.6, a hematoma at 0.4, then two without.
    assert found["roc"] == [[0, 0], [0, 0.5], [0.3333, 0.5], [0.3333, 1], [1, 1]]
    assert found["outlines"] == [
        {"truth_ml": 2.0, "predicted_ml": 2.0, "dice": 1.0},
        {"truth_ml": 5.0, "predicted_ml": 4.0, "dice": 0.889},
    ]
    assert plotted(readings[2:]) == {"roc": [], "outlines": []}
