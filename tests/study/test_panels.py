import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from core.cohort.table import CohortTable
from core.models.folder import Model
from core.report.digits import percent
from core.study.analysis import analyse
from core.study.assess_cohort import Reader
from core.study.patients import patients_with_outcome
from core.study.plan import Plan
from core.study.reproduce import reproduce
from core.study.write_study import write_study
from tests.study.make import QUICK

if TYPE_CHECKING:  # at run time pytest would take it for a class of tests
    from core.study.analysis import Tested


def integrated(table: CohortTable) -> "Tested":
    """Integrated-to-HE on the test patients."""
    return analyse(*patients_with_outcome(table), Plan()).tested["integrated"]


def with_studies(table: CohortTable, study: Path, *, split: str) -> CohortTable:
    """The cohort with one study for all patients of a part of it."""
    rows = (replace(row, study=study) if row.split == split else row for row in table.rows)
    return replace(table, rows=tuple(rows))


@pytest.fixture
def reader(model: Model) -> Reader:
    return Reader(model, frozenset())


def test_study_without_images_says_why_figure_4_is_missing(simulated, tmp_path) -> None:
    result = reproduce(simulated, QUICK)
    write_study(result, tmp_path)
    assert result.panels.panels == ()
    page = (tmp_path / "study.html").read_text()
    assert "Not shown: no study was read. Give studies, and call `reproduce --assess`." in page
    assert "<img" not in page


def test_true_and_false_positive_are_shown_as_three_pictures(
    simulated, head, reader, tmp_path
) -> None:
    result = reproduce(with_studies(simulated, head, split="test"), QUICK, reader=reader)
    assert [panel.title.partition(":")[0] for panel in result.panels.panels] == [
        "True positive",
        "False positive",
    ]
    written = {path.name: path.read_bytes() for path in write_study(result, tmp_path)}
    scans = [panel.pictures[0] for panel in result.panels.panels]
    assert [written[f"simulated_figure_4_{n}_scan.png"] for n in (1, 2)] == scans
    for panel in result.panels.panels:
        pictures = [Image.open(io.BytesIO(content)) for content in panel.pictures]
        assert {picture.format for picture in pictures} == {"PNG"}
        assert len({picture.tobytes() for picture in pictures}) == 3
    page = (tmp_path / "study.html").read_text()
    assert page.count("<img alt=") == 6
    assert not any(word in page for word in ("DOE_JANE", "DOE^JANE", "MRN-4711"))


def test_patient_shown_has_the_highest_risk_of_the_outcome(simulated, head, reader) -> None:
    table = with_studies(simulated, head, split="test")
    titles = [panel.title for panel in reproduce(table, QUICK, reader=reader).panels.panels]
    found = integrated(table)
    highest = [max(found.risk[found.outcome == outcome]) for outcome in (1.0, 0.0)]
    for title, risk in zip(titles, highest, strict=True):
        assert title.endswith(f"risk {percent(risk)}")


def test_training_patients_are_never_shown(simulated, head, reader) -> None:
    result = reproduce(with_studies(simulated, head, split="train"), QUICK, reader=reader)
    assert result.panels.panels == ()
    assert "True positive: no such test patient has a study" in result.panels.in_words
    assert "False positive: no such test patient has a study" in result.panels.in_words


def test_study_that_cannot_be_assessed_gives_way_to_the_next(
    simulated, head, reader, tmp_path
) -> None:
    table = with_studies(simulated, tmp_path, split="test")  # an empty folder
    found = integrated(table)
    highest = set(found.patients[found.risk.argsort()[-3:]])
    rows = tuple(
        replace(row, study=head) if row.study and row.patient not in highest else row
        for row in table.rows
    )
    result = reproduce(replace(table, rows=rows), QUICK, reader=reader)
    assert len(result.panels.panels) == 2
