import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.widgets.charts.validation_charts import calibration_chart, decision_chart, roc_chart
from app.widgets.charts.validation_figure import validation_figure
from core.cohort.frame import cohort_frame
from core.cohort.table import CohortTable
from core.errors import ModelInvalidError
from core.report.digits import interval, percent
from core.risk.published import LEE_2024
from core.study.external_validation import Performance, Rule, validate_models
from tests.app.test_assessment_page import html
from tests.app.test_cohort_page import SIMULATE, SIMULATED, open_path
from tests.app.test_home_page import click
from tests.cohort.make import write_table
from tests.cohort.test_messy_table import HEADER, ROWS

OpenApp = Callable[..., AppTest]
PAGE = "views/validation.py"


@pytest.fixture
def performances(simulated: CohortTable) -> dict[Rule, Performance]:
    rules = validate_models(cohort_frame(simulated), LEE_2024, 0.2).rules
    return {name: rule.performance for name, rule in rules.items()}


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    return click(open_app(page=PAGE), SIMULATE)


def shown(page: AppTest, name: str) -> str:
    """Row of one rule in the table."""
    return html(page).split(f"</i>{name}<small>")[1].split("</tr>")[0]


def test_page_shows_what_core_found_of_the_models_in_use(
    page: AppTest, performances: dict[Rule, Performance]
) -> None:
    assert SIMULATED in html(page)
    assert "569 patients, 114 expanded" in html(page)
    for name, performance in performances.items():
        row = shown(page, f"{name.capitalize()}-to-HE")
        low, high = performance.numbers.auc_ci95
        assert f"<td>{performance.numbers.auc:.2f}<small>{low:.2f} to {high:.2f}</small>" in row
    assert "44 of 569 patients not scored" in html(page)
    assert "needed by the clinical model: Glasgow Coma Scale" in html(page)


def test_threshold_is_the_reader_s(page: AppTest, performances: dict[Rule, Performance]) -> None:
    before = shown(page, "Image-to-HE")
    page.slider(key="table.threshold").set_value(40).run()
    share = performances["image"].at(0.4).sensitivity
    words = f"{percent(share.value)}<small>{interval(share.ci95)}, {share.successes} of {share.n}"
    assert words in shown(page, "Image-to-HE")
    assert words not in before


def test_base_rate_moves_calibration(page: AppTest) -> None:
    before = shown(page, "Integrated-to-HE")
    page.slider(key="table.base_rate").set_value(50).run()
    after = shown(page, "Integrated-to-HE")
    assert before.split("</td>")[0] == after.split("</td>")[0]  # AUC
    assert before.split("</td>")[1] != after.split("</td>")[1]  # intercept


def test_messy_table_is_to_be_mended_first(open_app: OpenApp, tmp_path: Path) -> None:
    page = open_path(open_app(page=PAGE), write_table(tmp_path, HEADER, *ROWS))
    assert "To mend before the table can be used" in html(page)
    assert not page.slider


def test_table_without_outcomes_shows_message_and_remedy(open_app: OpenApp, tmp_path: Path) -> None:
    page = open_path(open_app(page=PAGE), write_table(tmp_path, "patient,gcs", "P1,10"))
    (error,) = page.error
    assert "No patient has a known outcome" in error.value
    assert "both CTs" in error.value


def test_model_that_cannot_be_judged_has_its_reason_in_its_row(
    open_app: OpenApp, tmp_path: Path
) -> None:
    path = write_table(tmp_path, "patient,ndl,expanded", "P1,10,yes", "P2,20,no")
    page = open_path(open_app(page=PAGE), path)
    assert "Not given: 1 scored patients have the rarer outcome" in shown(page, "Image-to-HE")
    assert not page.get("bidi_component")


@pytest.mark.parametrize("threshold", [0.05, 0.2, 0.6])
def test_every_mark_lies_inside_its_drawing(
    performances: dict[Rule, Performance], threshold: float
) -> None:
    rules = performances | {"equation_d": performances["image"]}
    for chart in (
        roc_chart(rules, threshold),
        calibration_chart(rules),
        decision_chart(rules, threshold),
    ):
        drawing = ET.fromstring(chart)
        _, _, width, height = map(float, drawing.get("viewBox").split())
        points = [
            tuple(map(float, point.split(",")))
            for element in drawing.iter("polyline")
            for point in element.get("points").split()
        ]
        points += [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawing.iter("circle")]
        assert points
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_saved_figure_says_by_itself_what_it_shows(performances: dict[Rule, Performance]) -> None:
    figure = ET.fromstring(validation_figure(performances, 0.2, simulated=True))
    svg = "{http://www.w3.org/2000/svg}"
    assert len(figure.findall(f"{svg}svg")) == 3
    words = " ".join(text.text or "" for text in figure.iter(f"{svg}text"))
    for performance in performances.values():
        numbers = performance.numbers
        assert f"{numbers.n} patients, {numbers.events} expanded; AUC {numbers.auc:.2f}" in words
    assert f"a threshold of {percent(0.2)}" in words
    assert "Simulated cohort: no number on this page comes from a patient." in words
    assert "Simulated" not in validation_figure(performances, 0.2, simulated=False)


def test_dot_of_the_roc_curve_lies_where_the_threshold_is(
    performances: dict[Rule, Performance],
) -> None:
    image = performances["image"]
    drawing = ET.fromstring(roc_chart({"image": image}, 0.3))
    (dot,) = drawing.iter("circle")
    at = image.at(0.3)
    # The square of the axes is 352 by 244 pixels from (48, 256); coordinates have one decimal.
    assert float(dot.get("cx")) == pytest.approx(48 + 352 * (1 - at.specificity.value), abs=0.06)
    assert float(dot.get("cy")) == pytest.approx(256 - 244 * at.sensitivity.value, abs=0.06)


def test_damaged_model_is_told_in_place_of_the_results(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise ModelInvalidError("A file was altered.", "Choose another model.")

    monkeypatch.setattr("app.loaded_model.loaded_model", damaged)
    page = click(open_app(page=PAGE), SIMULATE)
    (error,) = page.error
    assert "A file was altered" in error.value
    assert not page.slider


def test_real_outcomes_show_the_outcome_based_risk_first_and_equation_d_beside(
    open_app: OpenApp, tmp_path: Path, public_table: pd.DataFrame
) -> None:
    known = ["expanded", "volume_ml", "irregular", "blend", "onset_to_ct_h", "gcs", "l5_hu"]
    path = tmp_path / "cohort.csv"
    public_table[known].rename(index="Y{}".format).to_csv(path, index_label="patient")
    page = open_path(open_app(page=PAGE), path)
    assert "871 patients, 252 expanded" in html(page)
    assert "<td>0.80<small>0.77 to 0.83</small>" in shown(page, "Outcome-based")
    assert html(page).index("Outcome-based") < html(page).index("Image-to-HE")
    assert "<td>0.75<small>0.71 to 0.78</small>" in shown(page, "Equation D")
    assert "<td>0.67<small>0.64 to 0.71</small>" in shown(page, "GCS terms of Clinical-to-HE")
    # The table has neither age, fibrinogen nor image score.
    assert "needed by the clinical model: Age" in html(page)
