import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


def write_later(folder: Path, **header: str) -> Path:
    """The head of ``head`` a day later, its hematoma on four slices more."""
    hu = head_hu()
    hu[18:22] = hu[17]
    later = {"AcquisitionDate": "20240302", "AcquisitionTime": "081500", **header}
    write_ct_series(hu, axial_geometry(hu.shape), folder, later)
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later CT, of another patient by its header."""
    return write_later(tmp_path_factory.mktemp("other"), PatientID="MRN-2")


def test_growth_is_told_and_written(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    later, out = write_later(tmp_path / "later"), tmp_path / "out"
    code, printed, complaints = call(
        "follow-up", head, later, "--model", untrained_model, "--out", out
    )
    assert (code, complaints) == (0, "")
    assert {path.name for path in out.iterdir()} == {"follow_up.json", "follow_up.pdf"}
    written = json.loads((out / "follow_up.json").read_text())
    before_ml, after_ml = (written[name]["volume_ml"] for name in ("baseline", "follow_up"))
    assert written["growth_ml"] == pytest.approx(after_ml - before_ml)
    assert written["hours"] == 22.0
    assert written["findings"] == []
    lines = printed.splitlines()
    assert written["in_words"].replace("\N{MINUS SIGN}", "-") in lines[0]
    assert f"Written to {out}: follow_up.pdf, follow_up.json" in lines
    assert lines[-1].startswith("Research use only")


def test_cts_of_two_patients_are_refused_and_nothing_is_written(
    call: Call, head: Path, other: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, printed, complaints = call(
        "follow-up", head, other, "--model", untrained_model, "--out", out
    )
    assert (code, printed) == (2, "")
    assert "studies of two patients" in complaints
    assert "--same-patient" in complaints
    assert "MRN" not in complaints
    assert not out.exists()


def test_caller_who_knows_better_gets_the_comparison_and_a_warning(
    call: Call, head: Path, other: Path, untrained_model: Path
) -> None:
    named = ("follow-up", head, other, "--model", untrained_model, "--same-patient", "--json")
    code, printed, _ = call(*named)
    assert code == 0
    values = json.loads(printed)
    assert values["schema"] == "hescope-follow-up/1"
    (finding,) = values["findings"]
    assert finding["code"] == "follow-up-two-patients"
    assert "confirmed as one patient" in finding["message"]
    assert "MRN" not in printed
