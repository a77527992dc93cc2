"""Tables of any bytes, in any form that spreadsheets save, and of any size."""

import io
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from core.errors import ClinicalDataError, HescopeError
from core.simulate.cohort import simulate_cohort

COLUMNS = ("patient", "age_years", "gcs", "fibrinogen_mg_dl", "ndl", "expanded", "volume_ml")
NUMBER = st.floats(0.5, 99, width=16).map(str) | st.integers(0, 15).map(str)
CELL = NUMBER | st.sampled_from(["", "1,5", "1e400", "-0", "nan", "inf", "yes", "=1+1", "\u0663"])
ROWS = st.lists(st.tuples(*[CELL] * (len(COLUMNS) - 1)), min_size=1, max_size=6)


def read(content: bytes) -> CohortTable:
    with TemporaryDirectory() as folder:
        file = Path(folder, "cohort.csv")
        file.write_bytes(content)
        return read_cohort_table(file)


def text(rows: list[tuple[str, ...]], separator: str) -> str:
    quoted = [[f"P{n}", *(f'"{cell}"' for cell in row)] for n, row in enumerate(rows)]
    return "\n".join(separator.join(row) for row in [[*COLUMNS], *quoted])


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda end: b"patient,gcs\n" + end))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_table_with_problems_or_refused(content: bytes) -> None:
    try:
        table = read(content)
    except HescopeError:
        return
    assert all(problem.remedy for problem in table.problems)


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_mark_of_excel_and_semicolons_change_nothing(rows: list[tuple[str, ...]]) -> None:
    plain = read(text(rows, ",").encode())
    for separator, encoding in ((",", "utf-8-sig"), (";", "utf-8"), (";", "utf-8-sig")):
        other = read(text(rows, separator).encode(encoding))
        assert (other.rows, other.problems) == (plain.rows, plain.problems)
    assert len(plain.rows) == len(rows)


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_decimal_comma_is_told_and_never_a_number(rows: list[tuple[str, ...]]) -> None:
    table = read(text(rows, ";").encode())
    for number, row in enumerate(rows, start=2):
        for column, cell in zip(COLUMNS[1:], row, strict=True):
            if cell == "1,5" and column != "expanded":
                assert any((p.row, p.column) == (number, column) for p in table.refusals)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_table_in_utf_16_is_refused_with_a_word(encoding: str) -> None:
    with pytest.raises(ClinicalDataError, match="no plain text in UTF-8") as refused:
        read("patient,gcs\nP1,10\n".encode(encoding))
    assert "CSV UTF-8" in refused.value.remedy


def test_workbook_called_csv_is_refused_with_a_word() -> None:
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ClinicalDataError, match="expected a CSV file") as refused:
        read(workbook.getvalue())
    assert "CSV UTF-8" in refused.value.remedy


def test_hundred_thousand_rows_are_read_in_less_than_a_minute(tmp_path: Path) -> None:
    file = tmp_path / "cohort.csv"
    simulate_cohort(100_000, seed=1).to_csv(file, index=False)
    began = time.process_time()  # not slowed by other programs
    table = read_cohort_table(file)
    assert time.process_time() - began < 60
    assert (len(table.rows), table.refusals) == (100_000, ())
