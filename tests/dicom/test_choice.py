"""Several series or studies of one patient: the reader is told that there was a choice."""

from collections.abc import Callable
from pathlib import Path

from core.dicom import choice_findings, choose_head_ct, find_series, suitable_series
from core.domain import QualityFinding, Severity

WriteHead = Callable[..., list[Path]]


def told(folder: Path, uid: str | None = None) -> tuple[QualityFinding, ...]:
    found = find_series(folder)
    return choice_findings(found, choose_head_ct(found, uid), named=uid is not None)


def test_only_series_is_no_choice(write_head: WriteHead, tmp_path: Path) -> None:
    write_head()
    assert told(tmp_path) == ()


def test_two_reconstructions_are_told_with_what_speaks_against_the_other(
    write_head: WriteHead, tmp_path: Path
) -> None:
    same = {"StudyInstanceUID": "1.9"}
    write_head("soft", {"SeriesInstanceUID": "1.1", **same})
    write_head("bone", {"SeriesInstanceUID": "1.2", **same, "ConvolutionKernel": "H70h"})
    (finding,) = told(tmp_path)
    assert (finding.code, finding.severity) == ("several-series", Severity.INFO)
    assert "not taken: axial CT, 24 slices, 5.0 mm apart, sharp kernel" in finding.message


def test_follow_up_beside_the_baseline_is_a_warning(write_head: WriteHead, tmp_path: Path) -> None:
    write_head("later", {"SeriesInstanceUID": "1.1", "AcquisitionDate": "20240302"})
    write_head("first", {"SeriesInstanceUID": "1.2", "AcquisitionDate": "20240301"})
    (finding,) = told(tmp_path)
    assert (finding.code, finding.severity) == ("several-studies", Severity.WARNING)
    assert choose_head_ct(find_series(tmp_path)).uid == "1.2"


def test_two_studies_without_a_time_are_a_warning(write_head: WriteHead, tmp_path: Path) -> None:
    silent = {"AcquisitionDate": None, "AcquisitionTime": None}
    write_head("a", {"SeriesInstanceUID": "1.1", "StudyInstanceUID": "1.8", **silent})
    write_head("b", {"SeriesInstanceUID": "1.2", "StudyInstanceUID": "1.9", **silent})
    assert [finding.code for finding in told(tmp_path)] == ["several-studies"]


def test_follow_up_that_is_named_is_told_by_how_much_it_is_later(
    write_head: WriteHead, tmp_path: Path
) -> None:
    write_head("later", {"SeriesInstanceUID": "1.1", "AcquisitionDate": "20240302"})
    write_head("first", {"SeriesInstanceUID": "1.2", "AcquisitionDate": "20240301"})
    (finding,) = told(tmp_path, "1.1")
    assert (finding.code, finding.severity) == ("not-baseline", Severity.WARNING)
    assert "24.0 h after" in finding.message
    assert told(tmp_path, "1.2") == ()


def test_what_can_be_chosen_is_listed_patient_by_patient_best_first(
    write_head: WriteHead, tmp_path: Path
) -> None:
    bone = {"ConvolutionKernel": "H70h"}
    write_head("a", {"SeriesInstanceUID": "1.1", **bone})
    write_head("b", {"SeriesInstanceUID": "1.2"})
    write_head("c", {"SeriesInstanceUID": "1.3", "PatientID": "MRN-0815"})
    write_head("d", {"SeriesInstanceUID": "1.4", "Modality": "MR"})
    listed = [
        (j.series.patient_number, j.series.uid) for j in suitable_series(find_series(tmp_path))
    ]
    assert listed == [(1, "1.2"), (1, "1.1"), (2, "1.3")]
