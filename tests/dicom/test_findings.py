from pathlib import Path

import pytest

from core.dicom.findings import Finding
from core.dicom.page import page
from core.domain import Severity

PAGE = Path(__file__).parents[2] / "docs" / "what-can-be-opened.md"


def test_the_page_of_what_can_be_opened_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_no_two_findings_are_the_same() -> None:
    assert len(Finding.__members__) == len(set(Finding))  # an equal one would be an alias


@pytest.mark.parametrize("finding", Finding, ids=lambda finding: finding.name)
def test_every_finding_says_what_was_found_and_what_to_do(finding: Finding) -> None:
    assert finding.text.endswith((".", "}"))
    assert finding.remedy.endswith(".")
    assert "|" not in finding.text + finding.remedy  # it would end the cell of the page's table


def test_every_finding_is_told_somewhere() -> None:
    core = Path(__file__).parents[2] / "core"
    code = "".join(path.read_text(encoding="utf-8") for path in core.rglob("*.py"))
    assert [name for name in Finding.__members__ if f"Finding.{name}" not in code] == []


def test_values_are_filled_in() -> None:
    told = Finding.GANTRY_TILT.told(tilt_deg=12.34)
    assert told.code == "gantry-tilt"
    assert told.severity is Severity.INFO
    assert told.message == "The gantry was tilted by 12.3 degrees."
    assert Finding.LOCKED.refusal(count=3).message.startswith("Found no image, but 3 file(s)")
