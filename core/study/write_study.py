"""A study on disk: a page, every number, tables and figures."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path

from core.report.csv_text import text_cell
from core.study.figure_files import figure_files
from core.study.html import study_html
from core.study.result import StudyResult, StudyTable
from core.writing import write_together, writing_to


def write_study(result: StudyResult, folder: Path) -> tuple[Path, ...]:
    """Paths of ``study.html``, ``study.json``, a CSV a table and a file a figure, in a folder.

    All are written before the first of them replaces one of an earlier study.

    Raises
    ------
    UsageError
        The folder cannot be written to.
    """
    texts = {f"{table.name}.csv": _table_csv(table) for table in result.tables}
    texts["checklist.csv"] = _checklist_csv(result)
    texts["study.html"] = study_html(result)
    texts["study.json"] = json.dumps(result.document(), indent=2, allow_nan=False) + "\n"
    contents = {name: text.encode() for name, text in texts.items()} | figure_files(result)
    return _written(contents, folder)


def _written(contents: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    with writing_to(folder):
        return write_together(contents, folder)


def _checklist_csv(result: StudyResult) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["item", "section", "asks", "status", "answer"])
    writer.writerows(map(text_cell, map(str, astuple(item))) for item in result.checklist)
    return text.getvalue()


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
