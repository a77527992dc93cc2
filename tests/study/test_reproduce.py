import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cohort.frame import OUTCOME, cohort_frame
from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from core.errors import ClinicalDataError
from core.risk.published import LEE_2024
from core.simulate.cohort import simulate_cohort
from core.simulate.generating import generating_coefficients
from core.stats.roc import roc_auc
from core.study.analysis import Analysis, analyse
from core.study.design import design_frame
from core.study.plan import MissingValues, Plan
from core.study.reproduce import reproduce
from core.study.result import StudyResult
from core.study.write_study import write_study
from tests.study.make import QUICK

GENERATING = dict(
    zip(
        (term.name for term in LEE_2024.integrated.terms),
        generating_coefficients(LEE_2024.integrated),
        strict=True,
    )
)


@pytest.fixture(scope="module")
def result(simulated: CohortTable) -> StudyResult:
    return reproduce(simulated, QUICK)


@pytest.fixture(scope="module")
def over_seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Analysis]:
    """The analysis of twenty simulated cohorts."""
    folder = tmp_path_factory.mktemp("seeds")
    found = []
    for seed in range(20):
        path = folder / f"{seed}.csv"
        simulate_cohort(572, seed=seed).to_csv(path, index=False)
        table = read_cohort_table(path)
        frame = cohort_frame(table)
        known = frame[OUTCOME].notna().to_numpy()
        split = pd.Series([row.split for row in table.rows], index=frame.index)[known]
        found.append(analyse(frame[known], split, Plan(seed=seed)))
    return found


def test_cohort_is_split_as_in_the_paper(result: StudyResult) -> None:
    facts = result.facts
    assert (facts["Patients"], facts["Expansions"]) == (569, 114)
    assert (facts["Training patients"], facts["Test patients"]) == (458, 111)
    assert facts["Left out, outcome unknown"] == 3


def test_likelihood_ratio_is_the_difference_of_aic_and_two(result: StudyResult) -> None:
    fit = {row.name: row.cells["value"].value for row in result.tables[3].rows}
    assert fit["clinical"] - fit["integrated"] + 2 == pytest.approx(fit["likelihood_ratio"])


def test_intervals_cover_what_generated_the_cohort(over_seeds: list[Analysis]) -> None:
    covered = [
        low <= GENERATING[name] <= high
        for analysis in over_seeds
        for name, (low, high) in zip(
            analysis.fits["integrated"].names, analysis.fits["integrated"].ci95[1:], strict=True
        )
    ]
    assert len(covered) == 100
    assert np.mean(covered) >= 0.90


@pytest.mark.parametrize(
    ("kind", "expected"), [("image", 0.74), ("clinical", 0.69), ("integrated", 0.77)]
)
def test_auc_centres_on_what_a_large_cohort_would_show(
    over_seeds: list[Analysis], kind: str, expected: float
) -> None:
    # Of all patients, not of the 111 tested: their AUC alone varies by 0.06 from seed to seed.
    areas = []
    for analysis in over_seeds:
        design = design_frame(analysis.frame)
        risk = analysis.fits[kind].probabilities(design)
        known = ~np.isnan(risk)
        areas.append(roc_auc(analysis.frame[OUTCOME].to_numpy(bool)[known], risk[known]))
    assert np.mean(areas) == pytest.approx(expected, abs=0.02)


def test_every_number_is_in_the_json_by_table_row_and_column(
    result: StudyResult, tmp_path: Path
) -> None:
    written = {path.name for path in write_study(result, tmp_path)}
    assert {"study.html", "study.json", "table_1.csv", "table_2.csv", "table_3.csv"} <= written
    document = json.loads((tmp_path / "study.json").read_text())
    assert document["simulated"] is True
    cell = document["tables"]["table_2"]["ndl"]["integrated"]
    fitted = next(row for row in result.tables[1].rows if row.name == "ndl").cells["integrated"]
    assert cell["value"] == fitted.value
    assert cell["paper"] == "1.10 [1.07, 1.14], p <0.001"
    assert document["tables"]["table_3"]["clinical"]["auc"]["expected"] == 0.694


def test_curves_are_in_the_json_point_by_point(result: StudyResult) -> None:
    figures = result.document()["figures"]
    assert set(figures) == {"figure_3a", "figure_3b", "decision_curve"}
    found = next(row for row in result.tables[2].rows if row.name == "clinical").cells["auc"].value
    roc = figures["figure_3a"][f"Clinical-to-HE, AUC {found:.2f}"]
    assert np.trapezoid(roc["y"], roc["x"]) == pytest.approx(found)
    bins = figures["figure_3b"]["Image-to-HE"]
    assert len(bins["x"]) == len(bins["low"]) == 5
    assert all(
        low <= y <= high for low, y, high in zip(bins["low"], bins["y"], bins["high"], strict=False)
    )
    assert len(figures["decision_curve"]["Act on all"]["x"]) == 59


def test_page_is_headed_as_simulated_and_asks_nothing_of_the_network(
    result: StudyResult, tmp_path: Path
) -> None:
    write_study(result, tmp_path)
    page = (tmp_path / "study.html").read_text()
    assert "Simulated cohort: no number on this page comes from a patient." in page
    assert "Research use only. Not a medical device." in page
    assert 'src="http' not in page
    real = replace(result, simulated=False)
    write_study(real, tmp_path)
    assert "Simulated cohort" not in (tmp_path / "study.html").read_text()


def test_figures_are_files_that_say_where_they_are_from(
    result: StudyResult, tmp_path: Path
) -> None:
    written = {path.name: path for path in write_study(result, tmp_path)}
    curves = {f"simulated_{name}.svg" for name in ("figure_3a", "figure_3b", "decision_curve")}
    assert curves <= set(written)
    texts = " ".join(ET.parse(written["simulated_figure_3a.svg"]).getroot().itertext())
    assert "Simulated cohort" in texts
    assert "Sensitivity" in texts
    auc = next(row for row in result.tables[2].rows if row.name == "integrated").cells["auc"].value
    assert f"Integrated-to-HE, AUC {auc:.2f}" in texts
    again = write_study(result, tmp_path / "again")
    assert all(path.read_bytes() == written[path.name].read_bytes() for path in again)
    real = {path.name for path in write_study(replace(result, simulated=False), tmp_path / "real")}
    assert "figure_3a.svg" in real


def test_cohort_without_a_split_is_split_by_seed_and_stratified(simulated: CohortTable) -> None:
    unsplit = replace(simulated, rows=tuple(replace(row, split=None) for row in simulated.rows))
    first, again, other = (reproduce(unsplit, Plan(n_resamples=0, seed=seed)) for seed in (1, 1, 2))
    assert first.document() == again.document()
    assert first.document() != other.document()
    assert (first.facts["Training patients"], first.facts["Test patients"]) == (458, 111)


def test_cohort_without_any_ndl_says_what_to_do(simulated: CohortTable) -> None:
    bare = replace(simulated, rows=tuple(replace(row, ndl=None) for row in simulated.rows))
    with pytest.raises(ClinicalDataError, match="no .*nDL|No patient has an nDL"):
        reproduce(bare, QUICK)


@pytest.mark.parametrize("missing", ["complete-cases", "imputed"])
@pytest.mark.parametrize("column", ["age_years", "gcs", "fibrinogen_mg_dl"])
def test_variable_that_nobody_has_is_named(
    simulated: CohortTable, column: str, missing: MissingValues
) -> None:
    rows = tuple(
        replace(row, clinical=replace(row.clinical, **{column: None})) for row in simulated.rows
    )
    with pytest.raises(ClinicalDataError, match="is known of no training patient") as refused:
        reproduce(replace(simulated, rows=rows), replace(QUICK, missing=missing))
    assert column in refused.value.remedy


def test_cohort_without_any_outcome_says_that_first(simulated: CohortTable) -> None:
    rows = tuple(
        replace(row, ndl=None, expanded=None, follow_up_volume_ml=None) for row in simulated.rows
    )
    with pytest.raises(ClinicalDataError, match="No patient has a known outcome"):
        reproduce(replace(simulated, rows=rows), QUICK)


def test_bootstrap_corrects_what_the_training_patients_show(simulated: CohortTable) -> None:
    result = reproduce(simulated, Plan(n_resamples=30))
    found = {row.name: row.cells for row in result.tables[5].rows}
    assert found["image"]["slope"].value == pytest.approx(1, abs=0.1)  # one strong term
    optimism = found["integrated"]["apparent_auc"].value - found["integrated"]["auc"].value
    assert 0 < optimism < 0.05
    assert found["integrated"]["slope"].value < 1
    assert "30 bootstrap samples" in result.tables[5].note


def test_study_without_the_bootstrap_has_no_table_of_it(result: StudyResult) -> None:
    assert "bootstrap" not in {table.name for table in result.tables}


def test_entry_threshold_decides_what_is_selected(simulated: CohortTable) -> None:
    all_enter = reproduce(simulated, replace(QUICK, entry_p=1.0)).tables[3].note
    assert "p < 1: " in all_enter
    assert all_enter.count(", then ") == 4
    assert reproduce(simulated, replace(QUICK, entry_p=1e-12)).tables[3].note.endswith(": none.")


def test_imputed_values_are_asked_for_counted_and_said(simulated: CohortTable) -> None:
    result = reproduce(simulated, replace(QUICK, missing="imputed"))
    table_2, table_3, fit = result.tables[1:4]
    assert "integrated: multiple imputation, 458 training patients" in table_2.note
    assert any("these values were imputed: " in warning for warning in result.warnings)
    assert "imputed 20 times" in result.facts["Models are fitted to"]
    assert "imputed 20 times" in next(i for i in result.checklist if i.number == "11").answer
    # A likelihood has no maximum over twenty tables; the test patients are not imputed.
    assert [row.name for row in fit.rows] == ["clinical", "integrated"]
    assert {row.cells["value"].value for row in fit.rows} == {None}
    complete = reproduce(simulated, QUICK)
    tested = table_3.rows[0].cells["accuracy"].n
    assert tested == complete.tables[2].rows[0].cells["accuracy"].n < 111
    # Age is known of all and enters with a larger number of patients: about the same odds ratio.
    imputed_age, age = (t.rows[0].cells["clinical"] for t in (table_2, complete.tables[1]))
    assert imputed_age.value == pytest.approx(age.value, abs=0.01)
    assert imputed_age.value != age.value


def test_too_few_patients_are_refused(simulated: CohortTable) -> None:
    few = replace(simulated, rows=simulated.rows[:40])
    with pytest.raises(ClinicalDataError, match="at least 5 expected"):
        reproduce(few, QUICK)


def test_missing_values_are_left_out_and_counted_never_imputed(result: StudyResult) -> None:
    row = next(row for row in result.tables[0].rows if row.name == "fibrinogen_mg_dl")
    assert row.cells["odds_ratio"].n is not None
    assert row.cells["odds_ratio"].n < 569
    assert result.facts["Test patients with everything known"] < 111
