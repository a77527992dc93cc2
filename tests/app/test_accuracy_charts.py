import xml.etree.ElementTree as ET

import pytest

from app.widgets.charts.accuracy_charts import agreement_chart, failures_chart, slice_roc_chart

OUTLINES = [
    {"truth_ml": 10.0, "predicted_ml": 8.0, "dice": 0.7},
    {"truth_ml": 20.0, "predicted_ml": 24.0, "dice": 0.9},
    {"truth_ml": 40.0, "predicted_ml": 44.0, "dice": 0.95},
]


def words(chart: ET.Element) -> dict[str, ET.Element]:
    return {text.text: text for text in chart.iter("text") if text.text}


def test_dots_are_where_classifier_and_chain_work() -> None:
    found = {"auc": 0.9, "sensitivity": 1.0, "specificity": 0.5}
    found["outlined"] = {"sensitivity": 0.5, "specificity": 1.0}
    chart = ET.fromstring(slice_roc_chart([[0, 0], [0, 0.5], [0.5, 1], [1, 1]], found))
    (mark, hollow), (curve,) = chart.iter("circle"), chart.iter("polyline")
    corners = [tuple(map(float, corner.split(","))) for corner in curve.get("points").split()]
    assert (float(mark.get("cx")), float(mark.get("cy"))) == corners[2]
    assert (float(hollow.get("cx")), float(hollow.get("cy"))) == corners[1]
    assert "AUC 0.900" in chart.get("aria-label")


def test_volumes_agree_as_bland_and_altman_have_it() -> None:
    chart = ET.fromstring(agreement_chart(OUTLINES))
    # Differences -2, 4, 4: mean 2, standard deviation 3.464.
    limits = [words(chart)[f"{value:+.1f} mL"] for value in (-4.8, 2.0, 8.8)]
    heights = [float(limit.get("y")) for limit in limits]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)
    marks = [float(mark.get("cy")) for mark in chart.iter("circle")]
    assert marks[1] == marks[2] < heights[1] + 4 < marks[0]
    assert "bias +2.0 mL" in chart.get("aria-label")


def test_failures_are_filled_and_counted() -> None:
    chart = ET.fromstring(failures_chart(OUTLINES))
    assert "1 of 3 below 0.8" in words(chart)
    filled = [mark for mark in chart.iter("circle") if mark.get("fill").startswith("#")]
    assert [mark.findtext("title") for mark in filled] == ["Dice 0.70, 10.0 mL"]
