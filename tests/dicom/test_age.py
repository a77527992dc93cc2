from collections.abc import Callable
from pathlib import Path

import pytest

from core.dicom import age_findings, find_series
from core.domain import PatientHeader, QualityFinding, Severity
from core.errors import UnderAgeError


def told(
    header_years: float | None, stated_years: float | None, *, accepted: bool = False
) -> tuple[QualityFinding, ...]:
    return age_findings(PatientHeader(header_years), stated_years, accepted=accepted)


@pytest.mark.parametrize("ages", [(None, None), (19.0, None), (None, 19.0), (65.0, 64.0)])
def test_adult_and_unknown_age_are_no_finding(ages: tuple[float | None, float | None]) -> None:
    assert told(*ages) == ()


@pytest.mark.parametrize("ages", [(5.0, None), (18.9, 65.0), (65.0, 18.0), (0.0, None)])
def test_child_is_refused_by_whichever_age_says_so(ages: tuple[float | None, float | None]) -> None:
    with pytest.raises(UnderAgeError, match="younger than 19 years"):
        told(*ages)


def test_child_that_is_insisted_on_is_a_warning() -> None:
    (finding,) = told(5.0, None, accepted=True)
    assert (finding.code, finding.severity) == ("under-age", Severity.WARNING)


@pytest.mark.parametrize(
    "header",
    [
        {"PatientAge": "005Y"},
        {"PatientAge": "000D"},
        {"PatientAge": "018M"},
        {"PatientAge": None, "PatientBirthDate": "20190302", "StudyDate": "20240301"},
        {"PatientAge": None, "PatientBirthDate": "20190302"},  # at the date of acquisition
    ],
    ids=str,
)
def test_age_is_read_from_age_or_birth_date(
    write_head: Callable[..., list[Path]], tmp_path: Path, header: dict[str, str]
) -> None:
    write_head("a", header)
    (series,) = find_series(tmp_path)
    with pytest.raises(UnderAgeError):
        age_findings(series.patient, None, accepted=False)
