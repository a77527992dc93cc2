import pandas as pd
import pytest

from core.cohort.cells import read_column
from core.cohort.columns import VALUES
from core.domain import Severity


def read(name, *cells):
    return read_column(VALUES[name], pd.Series(cells, index=range(2, 2 + len(cells)), dtype=str))


@pytest.mark.parametrize("word", ["unknown", "N/A", "NA", "nan", "#N/A", "-", "?"])
@pytest.mark.parametrize("name", ["gcs", "sex", "antiplatelet", "inr"])
def test_word_for_unknown_is_unknown_with_a_warning(name, word):
    column = read(name, word)
    (problem,) = column.problems
    assert column.values == (None,)
    assert (problem.row, problem.column, problem.severity) == (2, name, Severity.WARNING)


def test_none_is_no_word_for_unknown_because_of_a_drug_it_means_no():
    column = read("anticoagulant", "none")
    assert column.values == (None,)
    assert column.problems[0].severity is Severity.REFUSAL


def test_blank_is_unknown_and_no_problem():
    assert read("inr", "", "").problems == ()


@pytest.mark.parametrize(
    ("cell", "found", "remedy"),
    [
        ("1,1", "has a comma", "by points"),
        ("1.234,5", "has a comma", "by points"),
        ("<50", "is a limit", "would be a guess"),
        ("> 12", "is a limit", "would be a guess"),
        ("2024-05-03", "is a date", "format the column"),
        ("03.05.2024", "is a date", "format the column"),
        ("3/5/24 10:15", "is a date", "format the column"),
        ("03. Mai", "is a date", "format the column"),
        ("5-Mar", "is a date", "format the column"),
        ("Mar-05", "is a date", "format the column"),
        ("1.1 s", "is text; a number", "Correct the value"),
        ("65 years", "is text; a number", "Correct the value"),
        ("high", "is text; a number", "Correct the value"),
        ("inf", "is inf; a finite number", "Correct the value"),
        ("99", "0.5 to 25 is possible", "Correct the value"),
    ],
)
def test_cell_that_is_no_number_is_refused_with_its_own_remedy(cell, found, remedy):
    column = read("inr", cell)
    (problem,) = column.problems
    assert column.values == (None,)
    assert problem.severity is Severity.REFUSAL
    assert problem.message.startswith("INR (inr) ")
    assert found in problem.message
    assert remedy in problem.remedy


def test_implausible_value_is_read_with_a_warning():
    column = read("age_years", "12")
    assert column.values == (12.0,)
    assert [problem.severity for problem in column.problems] == [Severity.WARNING]


def test_column_in_another_unit_is_one_problem():
    # 3.2 and 2,9 g/L are 320 and 290 mg/dL; the comma is a problem of its own
    column = read("fibrinogen_mg_dl", "3.2", "4.1", "2,9", "310", "unknown", "")
    unit, comma, word = column.problems
    assert (unit.row, unit.severity) == (None, Severity.REFUSAL)
    assert "has 3 value(s) that suit g/L" in unit.message
    assert "Multiply the column by 100" in unit.remedy
    assert (comma.row, "comma" in comma.message) == (4, True)
    assert word.row == 6
    assert column.values == (None, None, None, 310.0, None, None)


def test_one_value_in_another_unit_among_many_is_its_own_problem():
    column = read("fibrinogen_mg_dl", "3.2", "310", "290")
    (problem,) = column.problems
    assert problem.row == 2
    assert "g/L suspected" in problem.message
    assert column.values == (None, 310.0, 290.0)


def test_values_that_another_unit_makes_possible_by_chance_are_not_taken():
    # 25 mmol/L of glucose passes for 25 mg/dL, which is possible but no patient's usual value
    column = read("glucose_mg_dl", "25", "6.1", "7.4")
    (problem,) = column.problems
    assert "3 value(s) that suit mmol/L" in problem.message
    assert column.values == (None, None, None)


def test_volume_in_cubic_millimeters_is_suspected():
    (problem,) = read("volume_ml", "12528", "28290").problems
    assert "suit mm³" in problem.message


def test_baseline_without_a_hematoma_is_refused_and_a_vanished_one_is_not():
    assert "0.01 to 500 mL is possible" in read("volume_ml", "0").problems[0].message
    assert read("follow_up_volume_ml", "0").values == (0.0,)
