import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from app.widgets.charts.forest_chart import forest_chart
from app.widgets.charts.measured_chart import auc_chart, dice_chart
from app.widgets.charts.risk_chart import risk_chart
from app.widgets.charts.risk_map_chart import risk_map_chart
from app.widgets.charts.svg import drawing, text
from app.widgets.charts.tornado_chart import tornado_chart
from app.widgets.charts.waterfall_chart import waterfall_chart
from core.domain import ClinicalFindings, ImageFindings
from core.models.card import RiskValidation
from core.risk.estimate import estimate, models_used
from core.risk.published import LEE_2024
from core.risk.whatif import Patient, Swing, risk_curve, risk_map, tornado

KNOWN = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=260)
PATIENTS = {
    "usual": Patient(KNOWN, ImageFindings(30.0), 0.2),
    "nearly none": Patient(ClinicalFindings(105, 15, 800), ImageFindings(0.0), 0.05),
    "nearly certain": Patient(ClinicalFindings(19, 8, 100), ImageFindings(60.0), 0.6),
    "beyond every range": Patient(ClinicalFindings(112, 3, 1200), ImageFindings(80.0), 0.6),
}


def risk_of(patient: Patient):
    return estimate(patient.image, patient.clinical, LEE_2024, patient.base_rate).integrated


def charts(patient: Patient) -> list[str]:
    now = risk_of(patient)
    marks = {"baseline": (patient.image.ndl, now.p), "now": (patient.image.ndl, now.p)}
    return [
        risk_chart(risk_curve(LEE_2024, "integrated", "ndl", patient), "integrated", **marks),
        tornado_chart(tornado(LEE_2024, "integrated", patient), now.p),
        waterfall_chart(now),
        forest_chart(models_used(LEE_2024, patient.clinical, patient.image)),
    ]


def numbers(element: ET.Element, *names: str) -> list[float]:
    return [float(element.get(name)) for name in names]


@pytest.mark.parametrize("name", PATIENTS)
def test_every_mark_lies_inside_its_drawing(name):
    for chart in map(ET.fromstring, charts(PATIENTS[name])):
        _, _, width, height = map(float, chart.get("viewBox").split())
        assert chart.get("role") == "img"
        assert chart.get("aria-label")
        for circle in chart.iter("circle"):
            x, y = numbers(circle, "cx", "cy")
            assert 0 <= x <= width
            assert 0 <= y <= height
        for bar in chart.iter("rect"):
            x, wide, y = numbers(bar, "x", "width", "y")
            assert wide >= 0
            assert 0 <= x <= x + wide <= width
            assert 0 <= y <= height


def test_foreign_text_cannot_become_markup():
    chart = drawing(10, 10, '"><script>', text(0, 0, "<b>&"))
    assert "<script>" not in chart
    assert ET.fromstring(chart).find("text").text == "<b>&"


def test_waterfall_ends_at_the_patients_log_odds():
    now = risk_of(PATIENTS["usual"])
    bars = list(ET.fromstring(waterfall_chart(now)).iter("rect"))
    assert len(bars) == len(now.contributions)
    # the bars hang together: each begins where the one before it ended
    shares = [share.log_odds for share in now.contributions]
    ends = [numbers(bar, "x", "width") for bar in bars]
    spans = [
        (x, x + w) if share > 0 else (x + w, x) for (x, w), share in zip(ends, shares, strict=True)
    ]
    for (_, end), (begin, _) in pairwise(spans):
        assert begin == pytest.approx(end, abs=0.11)  # pixels are rounded to a tenth


def test_waterfall_of_no_estimate_is_refused():
    with pytest.raises(ValueError, match="reason"):
        waterfall_chart(replace(risk_of(PATIENTS["usual"]), p=None, intercept=None))


def test_waterfall_writes_four_digits_out():
    assert ">Fibrinogen 1200 mg/dL<" in waterfall_chart(risk_of(PATIENTS["beyond every range"]))


@pytest.mark.parametrize("name", PATIENTS)
def test_risk_ticks_of_the_waterfall_keep_apart(name):
    chart = ET.fromstring(waterfall_chart(risk_of(PATIENTS[name])))
    ticks = [float(t.get("x")) for t in chart.iter("text") if t.get("text-anchor") == "middle"]
    assert len(ticks) >= 1
    assert all(after - before >= 36 for before, after in pairwise(ticks))  # "99.9%"


def test_bar_of_the_tornado_is_the_range_also_for_a_patient_beyond_it():
    # risk 0.9 now, 0.2 to 0.4 over the range: axis of 316 pixels from 6
    chart = ET.fromstring(tornado_chart([Swing("ndl", "nDL score", (2, 38), (0.2, 0.4))], 0.9))
    drawn = [numbers(bar, "x", "width") for bar in chart.iter("rect")]
    assert min(x for x, _ in drawn) == pytest.approx(6 + 0.2 * 316, abs=0.1)
    assert max(x + w for x, w in drawn) == pytest.approx(6 + 0.4 * 316, abs=0.1)


def test_curve_over_gcs_has_steps_and_no_slopes():
    curve = risk_curve(LEE_2024, "clinical", "gcs", PATIENTS["usual"])
    chart = ET.fromstring(risk_chart(curve, "clinical", baseline=None, now=None))
    drawn = chart.find("polyline").get("points")
    points = [tuple(map(float, point.split(","))) for point in drawn.split()]
    for (x1, y1), (x2, y2) in pairwise(points):
        assert x1 == x2 or y1 == y2


def test_forest_has_the_papers_table_beside_each_term():
    chart = forest_chart(models_used(LEE_2024, KNOWN, ImageFindings()))
    for printed in (
        "2.85 [1.50\N{EN DASH}5.42]",
        "1.92 [0.92\N{EN DASH}3.98]",
        "1.12 [1.08\N{EN DASH}1.15]",
    ):
        assert printed in chart


def test_forest_leaves_out_fibrinogen_where_the_models_do():
    known = replace(KNOWN, fibrinogen_mg_dl=None)
    assert "Fibrinogen" not in forest_chart(models_used(LEE_2024, known, ImageFindings()))


def test_forest_has_the_shape_once_it_is_read():
    unread, read = (
        forest_chart(models_used(LEE_2024, KNOWN, ImageFindings(irregular=irregular)))
        for irregular in (None, False)
    )
    assert "Irregular shape" not in unread
    # exp(0.9765), standard error 0.1757: G without time, to four decimals 0.9772 and 0.1756
    assert "2.66 [1.88\N{EN DASH}3.75]" in read


def test_shape_is_yes_or_no_in_every_chart_of_the_outcome_based_risk():
    patient = Patient(KNOWN, ImageFindings(l5_hu=-16.2, irregular=True), 0.2)
    now = estimate(patient.image, KNOWN, LEE_2024, 0.2).outcome
    assert ">Irregular shape yes<" in waterfall_chart(now)
    assert ">Diffuseness (L5) \N{MINUS SIGN}16.2 HU<" in waterfall_chart(now)
    assert "Irregular shape  no to yes<" in tornado_chart(
        tornado(LEE_2024, "outcome", patient), now.p
    )
    curve = risk_curve(LEE_2024, "outcome", "irregular", patient)
    assert ">yes<" in risk_chart(curve, "outcome", baseline=None, now=(1.0, now.p))


def test_threshold_on_the_map_keeps_to_whole_points_of_the_gcs() -> None:
    found = risk_map(LEE_2024, "clinical", "age_years", "gcs", PATIENTS["usual"])
    assert found
    _, contour, ring = risk_map_chart(found, PATIENTS["usual"], 0.2).data
    heights, risks = np.array(contour.y), np.array(contour.z)
    for gcs in range(3, 16):
        cell = np.abs(heights - gcs) < 0.5
        assert np.ptp(heights[cell]) == pytest.approx(1, abs=0.01)  # the cell, edge to edge
        clinical = replace(KNOWN, gcs=gcs, age_years=float(contour.x[0]))
        patient = replace(PATIENTS["usual"], clinical=clinical)
        p = estimate(patient.image, patient.clinical, LEE_2024, 0.2).clinical.p
        assert risks[cell, 0].tolist() == pytest.approx([p, p])
    assert set(zip(ring.x, ring.y, strict=True)) == {(65.0, 10)}


def test_card_s_numbers_are_marked_where_they_are() -> None:
    tested = RiskValidation(
        "by_hand", "patients", 50, 10, 0.75, (0.5, 1.0), 0.0, (-1.0, 1.0), 1.0, (0.5, 1.5), 0.1
    )
    auc = ET.fromstring(auc_chart([tested]))
    (mark,) = auc.iter("circle")
    ticks = {text.text: float(text.get("x")) for text in auc.iter("text")}
    assert "by hand: 0.75" in ticks
    assert float(mark.get("cx")) == pytest.approx((ticks["0.5"] + ticks["1"]) / 2, abs=0.1)
    ends = sorted(
        float(one.get("x1")) for one in auc.iter("line") if one.get("stroke-opacity") != "0.12"
    )
    assert ends == [ticks["0.5"], ticks["0.5"], ticks["1"]]  # the interval, and its two ends
    measured = {"Ten patients": {"dice": {"mean": 0.9, "mean_ci95": [0.8, 1.0], "worst": 0.4}}}
    dice = ET.fromstring(dice_chart(measured))
    mean, worst = (float(mark.get("cx")) for mark in dice.iter("circle"))
    ticks = {text.text: float(text.get("x")) for text in dice.iter("text")}
    assert worst == ticks["0.4"]
    assert mean == pytest.approx((ticks["0.8"] + ticks["1"]) / 2, abs=0.1)
    alone = {"Ten patients": {"dice": {"mean": 0.9}}}
    assert "worst" not in dice_chart(alone)
