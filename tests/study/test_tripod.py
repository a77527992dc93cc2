import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.cohort.table import CohortTable
from core.models.folder import Model
from core.study.assess_cohort import Reader
from core.study.plan import Plan
from core.study.reproduce import reproduce
from core.study.result import ChecklistItem, StudyResult
from core.study.tripod_items import TRIPOD_ITEMS
from core.study.write_study import write_study
from tests.study.make import QUICK


@pytest.fixture(scope="module")
def result(simulated: CohortTable) -> StudyResult:
    return reproduce(simulated, QUICK)


def by_number(result: StudyResult) -> dict[str, ChecklistItem]:
    return {item.number: item for item in result.checklist}


def test_checklist_has_the_27_items_in_52_parts() -> None:
    # Collins 2024, Table 2
    numbers = [item.number for item in TRIPOD_ITEMS]
    assert len(set(numbers)) == len(numbers) == 52
    items = list(dict.fromkeys(number.rstrip("abcdefg") for number in numbers))
    assert items == [str(number) for number in range(1, 28)]
    parts = {"3": 3, "5": 2, "6": 3, "8": 3, "9": 3, "12": 7, "18": 6, "20": 3, "23": 2, "27": 3}
    assert {i: sum(n.rstrip("abcdefg") == i for n in numbers) for i in parts} == parts


@pytest.mark.parametrize("number", ["1", "2", "3b", "5b", "6b", "8c", "17", "18a", "18d", "19"])
def test_what_no_software_can_know_is_left_to_the_authors(result: StudyResult, number: str) -> None:
    item = by_number(result)[number]
    assert (item.status, item.answer) == ("for the authors", "Only the authors can answer.")


def test_partial_answers_say_what_is_missing(result: StudyResult) -> None:
    for item in result.checklist:
        assert ("The authors must add:" in item.answer) == (item.status == "answered in part")


def test_numbers_of_answers_are_those_of_the_study(result: StudyResult) -> None:
    items = by_number(result)
    assert "458 training and 111 test patients" in items["12a"].answer
    assert "3 of 572 patients were left out" in items["11"].answer
    assert "of 569, 114 expanded and 455 did not" in items["20a"].answer


def test_formulas_give_the_risks_of_the_study(simulated: CohortTable) -> None:
    items = by_number(result := reproduce(simulated, QUICK))
    sentence = items["22"].answer.split("Image-to-HE: log-odds = ")[1].split(" ndl.")[0]
    intercept, slope = map(float, sentence.split())
    row = next(row for row in result.tables[1].rows if row.name == "ndl")
    assert np.exp(slope) == pytest.approx(row.cells["image"].value, rel=1e-4)  # 6 digits
    assert intercept < 0


def test_split_of_the_table_leaves_its_reason_to_the_authors(
    result: StudyResult, simulated: CohortTable
) -> None:
    assert {by_number(result)[item].status for item in ("12a", "16")} == {"answered in part"}
    unsplit = replace(simulated, rows=tuple(replace(row, split=None) for row in simulated.rows))
    drawn = by_number(reproduce(unsplit, Plan(n_resamples=0, seed=7)))
    assert {drawn[item].status for item in ("12a", "16")} == {"answered"}
    assert "seed 7" in drawn["12a"].answer


def test_given_ndl_is_not_passed_off_as_the_models(
    simulated: CohortTable, result: StudyResult, model: Model
) -> None:
    assert "how nDL was made" in by_number(result)["12c"].answer
    some = reproduce(simulated, QUICK, reader=Reader(model, frozenset({simulated.rows[0].number})))
    assert "the table has them in" in some.facts["nDL scores"]
    assert "how nDL was made" in by_number(some)["12c"].answer
    every = frozenset(row.number for row in simulated.rows if row.ndl is not None)
    items = by_number(reproduce(simulated, QUICK, reader=Reader(model, every)))
    assert model.card.recipe in items["12c"].answer
    assert model.card.licence in items["22"].answer


def test_simulated_cohort_says_so_and_a_real_one_is_the_authors(
    result: StudyResult, simulated: CohortTable
) -> None:
    assert "simulated patients" in by_number(result)["5a"].answer
    rows = tuple(replace(row, simulated=None) for row in simulated.rows)
    real = by_number(reproduce(replace(simulated, rows=rows), QUICK))
    assert real["5a"].status == "for the authors"


def test_checklist_is_in_page_json_and_csv(result: StudyResult, tmp_path: Path) -> None:
    write_study(result, tmp_path)
    with (tmp_path / "checklist.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    document = json.loads((tmp_path / "study.json").read_text())["tripod_ai"]
    page = (tmp_path / "study.html").read_text()
    assert len(rows) == len(document) == 52
    for item in result.checklist:
        assert document[item.number]["status"] == item.status
    assert rows[0]["answer"] == "Only the authors can answer."
    assert page.count("Only the authors can answer.") == sum(
        item.status == "for the authors" for item in result.checklist
    )
