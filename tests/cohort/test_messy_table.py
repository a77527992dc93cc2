"""A table as hospitals have them, with each fault looked for in the answer."""

import random

import pytest

from core.cohort.describe import describe
from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from core.domain import ClinicalFindings, Severity
from core.risk.variables import VARIABLES
from tests.cohort.make import write_table

HEADER = (
    "patient ; study;expanded;volume_ml;Follow_up_volume_ml;age_years;gcs;fibrinogen_mg_dl;"
    "platelets_10e9_l;aptt_s;antiplatelet;sex;glucose_mg_dl;split;;"
)
ROWS = (
    "p01;ct/p01;1;12.5;;65;10;3.2;211;28;yes;male;;train;;",
    " p02 ;ct/p02;0;8,4;;n/a;15;2.9;unknown;<20;no;f;;train;;",
    "p03;ct/absent;0;7;;71;2024-03-05;4.1;211000;30.5;?;female;;;;",
    "p03;ct/p01;0;7;;71;12;4.1;198;30.5;1;female;;test;;",
    ";;;;;;;;;;;;;;;",
    ";ct/p02;1;9;;60;8;;190;31;0;male;;train;;",
    "p05;;maybe;0;;640;14.5;310;;31 s;0;male;;train;;",
    "p06;;;6;;66;13;-;1e9999;31;0;male;",
    "Müller, Jane;;1;6;;12;13;#VALUE!;200;31;2;male;;train;;",
)

FAULTS = [
    (None, "Follow_up_volume_ml", "warning", 'did you mean "follow_up_volume_ml"?'),
    (None, "glucose_mg_dl", "warning", "no value in any row"),
    (None, "fibrinogen_mg_dl", "refusal", "has 4 value(s) that suit g/L"),
    (3, "volume_ml", "refusal", "has a comma"),
    (3, "age_years", "warning", "word for unknown"),
    (3, "platelets_10e9_l", "warning", "word for unknown"),
    (3, "aptt_s", "refusal", "is a limit"),
    (3, "sex", "refusal", "male or female expected"),
    (4, "study", "refusal", "no file or folder"),
    (4, "gcs", "refusal", "is a date"),
    (4, "platelets_10e9_l", "refusal", "/µL suspected"),
    (4, "antiplatelet", "warning", "word for unknown"),
    (4, "split", "warning", "in neither part"),
    (5, "patient", "refusal", "row 4 again"),
    (5, "study", "refusal", "row 2 again"),
    (7, "patient", "refusal", "names no patient"),
    (8, "study", "warning", "no baseline study"),
    (8, "expanded", "refusal", "neither yes nor no"),
    (8, "expanded", "warning", "outcome is not known"),
    (8, "volume_ml", "refusal", "0.01 to 500 mL is possible"),
    (8, "age_years", "refusal", "0 to 120 years is possible"),
    (8, "gcs", "refusal", "whole number"),
    (8, "aptt_s", "refusal", "without its unit"),
    (9, None, "refusal", "has 13 cells, the header 14"),
    (10, "patient", "warning", "pseudonym"),
    (10, "study", "warning", "no baseline study"),
    (10, "age_years", "warning", "Age is 12 years"),
    (10, "fibrinogen_mg_dl", "refusal", "is text"),
    (10, "antiplatelet", "refusal", "neither yes nor no"),
]


@pytest.fixture
def table(tmp_path) -> CohortTable:
    for study in ("p01", "p02"):
        (tmp_path / "ct" / study).mkdir(parents=True)
    return read_cohort_table(write_table(tmp_path, HEADER, *ROWS, encoding="utf-8-sig"))


@pytest.mark.parametrize(("row", "column", "severity", "words"), FAULTS)
def test_each_fault_is_reported_once_with_a_remedy(table, row, column, severity, words):
    (found,) = (
        problem
        for problem in table.problems
        if (problem.row, problem.column, problem.severity) == (row, column, severity)
        and words in problem.message
    )
    assert found.remedy


def test_nothing_else_is_reported(table):
    assert len(table.problems) == len(FAULTS)


def test_nothing_is_made_up_for_what_is_refused_or_unknown(table):
    by_number = {row.number: row for row in table.rows}
    assert list(by_number) == [2, 3, 4, 5, 8, 10]
    second = by_number[3]
    assert (second.patient, second.volume_ml) == ("p02", None)
    assert second.clinical == ClinicalFindings(gcs=15, antiplatelet=False)
    assert {row.clinical.fibrinogen_mg_dl for row in table.rows} == {None, 310.0}
    assert describe(table).patients == 6


def test_no_cell_is_repeated(table):
    said = " ".join(problem.message + problem.remedy for problem in table.problems)
    for text in ("Müller", "Jane", "p03", "maybe", "absent", "#VALUE"):
        assert text not in said


CELLS = ("", " ", "n/a", "unknown", "<50", "1,5", "2024-05-03", "-1", "1e9999", "nan", "yes", "0")
STRANGE = (
    "Ä" * 5000,
    "\t",
    "\u00a0",
    "=A1+1",
    "'5",
    "5 5",
    "½",
    "٣",
    "--",
    "0x10",
    "1_000",
    "\u200b",
)


@pytest.mark.parametrize("seed", range(20))
def test_no_table_crashes_and_every_value_was_in_it(tmp_path, seed):
    chance = random.Random(seed)
    names = ["patient", "study", "mask", "expanded", "volume_ml", "split", *VARIABLES]
    rows = [";".join(chance.choice(CELLS + STRANGE) for _ in names) for _ in range(15)]
    table = read_cohort_table(write_table(tmp_path, ";".join(names), *rows))
    assert all(problem.message and problem.remedy for problem in table.problems)
    assert {p.severity for p in table.problems} <= {Severity.WARNING, Severity.REFUSAL}
    # numbers of the cells above that may be read: 0 and, of the strange ones, what float() reads
    numbers = {row.clinical.age_years for row in table.rows} | {row.volume_ml for row in table.rows}
    assert numbers <= {None, 0.0, 3.0}
    describe(table)
