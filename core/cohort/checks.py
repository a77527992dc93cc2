"""What is wrong with a cohort's table beyond single cells."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import pandas as pd

from core.cohort.columns import COLUMNS, PATIENT
from core.cohort.expansion import CONVENTIONAL, expanded
from core.cohort.outcome import change
from core.cohort.table import CohortProblem, CohortRow
from core.domain import Severity


def check_columns(cells: pd.DataFrame) -> Iterator[CohortProblem]:
    """Columns that are not known, that are blank in every row, or that are not there."""
    for name in cells.columns:
        if name not in COLUMNS:
            yield _unknown_column(name)
        elif not cells[name].any():
            yield CohortProblem(
                None,
                name,
                "The column has no value in any row.",
                "Fill it, or delete it.",
                Severity.WARNING,
            )
    if "study" not in cells:
        yield CohortProblem(
            None,
            "study",
            "There is no column of baseline studies; only models without images can be fitted.",
            "Add the path of each patient's study, relative to the table.",
            Severity.WARNING,
        )


def check_rows(rows: Sequence[CohortRow]) -> Iterator[CohortProblem]:
    """Patients and studies that come twice, and outcomes that are missing or contradicted."""
    yield from _repeated(PATIENT, {row.number: row.patient for row in rows})
    yield from _repeated("study", {row.number: row.study for row in rows})
    for row in rows:
        yield from _names(row)
        yield from _outcome(row)
    if any(row.split for row in rows):
        yield from (_no_split(row) for row in rows if row.split is None)


def _unknown_column(name: str) -> CohortProblem:
    # 0.5 finds "age" -> "age_years"; the default 0.6 would not.
    nearest = get_close_matches(name, COLUMNS, n=1, cutoff=0.5)
    hint = f'did you mean "{nearest[0]}"?' if nearest else "nothing known has a similar name."
    return CohortProblem(
        None,
        name,
        f"The column is not read: its name is not known; {hint}",
        "Rename it to a known name (see the README), or ignore this.",
        Severity.WARNING,
    )


def _repeated(column: str, values: Mapping[int, Hashable]) -> Iterator[CohortProblem]:
    """Rows whose value an earlier row has already."""
    first: dict[Hashable, int] = {}
    for number, value in values.items():
        if value is None:
            continue
        earlier = first.setdefault(value, number)
        if earlier != number:
            yield CohortProblem(
                number,
                column,
                f"The {column} is that of row {earlier} again, expected one row a patient.",
                "Delete the row, or correct what was copied.",
            )


def _names(row: CohortRow) -> Iterator[CohortProblem]:
    if any(mark in row.patient for mark in " ^,"):
        yield CohortProblem(
            row.number,
            PATIENT,
            "The text has a space, comma or ^ as a patient's name has, expected a pseudonym.",
            "Replace names by the study's own numbers: they are printed in results.",
            Severity.WARNING,
        )


def _outcome(row: CohortRow) -> Iterator[CohortProblem]:
    computed = expanded(change(row), CONVENTIONAL)
    if row.expanded is None and computed is None and not _can_be_measured(row):
        yield CohortProblem(
            row.number,
            "expanded",
            "The outcome is not known, nor is there a baseline and a follow-up to compute it from; "
            "the patient cannot be used to fit or judge a model.",
            "Fill in expanded, or both volumes, or add the follow-up.",
            Severity.WARNING,
        )
    if None not in (row.expanded, computed) and row.expanded != computed:
        yield CohortProblem(
            row.number,
            "expanded",
            f"The table says {_in_words(row.expanded)}, its volumes ({CONVENTIONAL.words}) say "
            f"{_in_words(computed)}; the table is followed.",
            "Check outcome and volumes.",
            Severity.WARNING,
        )


def _can_be_measured(row: CohortRow) -> bool:
    """Whether masks, given or made by a network, can supply the volumes that are not given."""
    baseline = row.volume_ml is not None or bool(row.mask or row.study)
    follow_up = row.follow_up_volume_ml is not None or bool(row.follow_up_mask or row.follow_up)
    return baseline and follow_up


def _in_words(outcome: bool | None) -> str:
    return "expanded" if outcome else "not expanded"


def _no_split(row: CohortRow) -> CohortProblem:
    return CohortProblem(
        row.number,
        "split",
        "The split is unknown, while other patients have one; the patient is in neither part.",
        "Write train or test, or leave the column out to have the patients split at random.",
        Severity.WARNING,
    )
