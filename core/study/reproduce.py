"""The paper's study on a cohort, end to end."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.cohort.expansion import ExpansionDefinition
from core.cohort.frame import OUTCOME, cohort_frame
from core.cohort.table import CohortTable, refuse_if_unusable
from core.errors import ClinicalDataError, UsageError
from core.risk.logistic import NDL
from core.study.analysis import Analysis, analyse
from core.study.figures import figures
from core.study.html import study_html
from core.study.result import StudyResult, StudyTable
from core.study.tables import tables


def reproduce(
    table: CohortTable, *, definition: ExpansionDefinition | None = None, seed: int = 1
) -> StudyResult:
    """Tables and figures of a cohort whose patients have an nDL score and an outcome.

    Patients without an outcome are left out, and counted.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, no nDL score, or too few patients.
    """
    refuse_if_unusable(table)
    frame = cohort_frame(table, definition)
    known = frame[OUTCOME].notna().to_numpy()
    if not frame.loc[known, NDL].notna().any():
        raise ClinicalDataError(
            "No patient has an nDL score.",
            "Give studies to assess (`reproduce --assess`), or a column ndl.",
        )
    split = pd.Series([row.split for row in table.rows], index=frame.index)[known]
    analysis = analyse(frame[known], split, seed=seed)
    return StudyResult(
        simulated=table.simulated,
        facts=_facts(analysis, left_out=int((~known).sum()), seed=seed),
        tables=tables(analysis),
        figures=figures(analysis),
        warnings=_warnings(analysis),
    )


def write_study(result: StudyResult, folder: Path) -> tuple[Path, ...]:
    """Paths of ``study.html``, ``study.json`` and one CSV a table, written to a folder.

    Raises
    ------
    UsageError
        The folder cannot be written to.
    """
    contents = {f"{table.name}.csv": _table_csv(table) for table in result.tables}
    contents["study.html"] = study_html(result)
    contents["study.json"] = json.dumps(result.document(), indent=2, allow_nan=False) + "\n"
    return _written(contents, folder)


def _written(contents: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The folder {folder.name} cannot be written to: {error.strerror}.",
            "Name another folder, or free space on the disk.",
        ) from error
    return tuple(folder / name for name in contents)


def _facts(analysis: Analysis, *, left_out: int, seed: int) -> dict[str, str | int | float]:
    counts = analysis.split.value_counts()
    return {
        "Patients": len(analysis.frame),
        "Expansions": int(analysis.frame[OUTCOME].sum()),
        "Left out, outcome unknown": left_out,
        "Training patients": int(counts.get("train", 0)),
        "Test patients": int(counts.get("test", 0)),
        "Test patients with everything known": len(analysis.tested["integrated"].outcome),
        "Seed": seed,
    }


def _warnings(analysis: Analysis) -> tuple[str, ...]:
    found = [f"{f.message} {f.remedy}" for fit in analysis.fits.values() for f in fit.findings]
    found += [
        f"{kind.capitalize()}-to-HE on the test patients: {f.message}"
        for kind, tested in analysis.tested.items()
        for f in tested.calibration.findings
    ]
    return tuple(dict.fromkeys(found))


def _table_csv(table: StudyTable) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["row", "column", "value", "ci_low", "ci_high", "p", "n", "paper", "expected"])
    for row in table.rows:
        for column, cell in row.cells.items():
            low, high = cell.ci95 or ("", "")
            blank = ["" if v is None else v for v in (cell.p, cell.n, cell.paper, cell.expected)]
            writer.writerow([row.name, column, cell.value, low, high, *blank])
    return text.getvalue()
