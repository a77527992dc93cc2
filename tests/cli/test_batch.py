import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import generate_uid

from core.batch.results import RESULTS
from core.crash_report import write_crash_report
from core.pipeline import assess
from core.report.dicom_objects import SEG, SR
from core.report.files import FILES
from tests.batch.make import in_this_process
from tests.cli.conftest import Call
from tests.cohort.make import write_table
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

HU = head_hu()
ROWS = ("patient,age_years,gcs,fibrinogen_mg_dl", "P1,65,10,325", "P2,50,15,280", "P3,70,,")


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Studies are assessed here, where tests can watch; `tests/batch` has the processes."""
    monkeypatch.setattr("core.batch.processes.processes", lambda _workers: in_this_process)


@pytest.fixture
def root(head: Path, tmp_path: Path) -> Path:
    """Studies of P1 as a folder and of P2 as an archive; P3 has none."""
    shutil.copytree(head, tmp_path / "studies" / "P1")
    shutil.make_archive(str(tmp_path / "studies" / "P2"), "zip", head)
    return tmp_path / "studies"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the studies that were read."""
    names: list[str] = []

    def remember(study: Path, *arguments: Any, **options: Any) -> Any:
        names.append(study.name)
        return assess(study, *arguments, **options)

    monkeypatch.setattr("core.batch.study.assess", remember)
    return names


def lines(out: Path) -> list[dict[str, str]]:
    with (out / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_patient_has_a_line_and_every_study_its_files(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS), "--model", untrained_model]
    code, printed, _ = call(*argv, "--out", out)
    assert code == 0
    assert "2 of 3 studies assessed" in printed
    assert "Not assessed: P3: Found no study of this patient" in printed
    first, second, third = lines(out)
    document = json.loads((out / "P1" / "assessment.json").read_text())
    assert float(first["volume_ml"]) == document["volume_ml"]
    integrated = document["probabilities"]["integrated"]
    found = [float(first[f"p_integrated{end}"]) for end in ("", "_low", "_high")]
    assert found == [integrated["p"], *integrated["ci95"]]
    outcome = document["probabilities"]["outcome"]
    assert (float(first["l5_hu"]), float(first["p_outcome"])) == (document["l5_hu"], outcome["p"])
    assert first["outcome_equation"] == outcome["equation"] == "F without time"
    assert first["p_clinical"] != second["p_clinical"]
    assert first["input_sha256"] == second["input_sha256"]
    assert (third["assessed"], third["volume_ml"]) == ("False", "")
    assert (out / "P2" / "report.pdf").is_file()


def test_resumed_batch_reads_only_what_changed(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path, read: list[str]
) -> None:
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS), "--model", untrained_model]
    argv += ["--out", tmp_path / "out"]
    call(*argv)
    before = lines(tmp_path / "out")
    read.clear()
    call(*argv, "--resume")
    assert (read, lines(tmp_path / "out")) == ([], before)
    write_table(tmp_path, *ROWS[:2], "P2,50,6,280", ROWS[3])  # another GCS
    exchange(root / "P1")
    call(*argv, "--resume")
    assert read == ["P1", "P2.zip"]
    assert lines(tmp_path / "out")[1]["p_clinical"] != before[1]["p_clinical"]
    read.clear()
    call(*argv)
    assert read == ["P1", "P2.zip"]


def exchange(study: Path) -> None:
    """Another patient's study under the same name, with files as old as before."""
    hu = HU.copy()
    hu[3:5, 20:24, 20:24] += 1
    times = {path.name: path.stat().st_mtime for path in study.iterdir()}
    shutil.rmtree(study)
    write_ct_series(hu, axial_geometry(hu.shape), study)
    for path in study.iterdir():
        os.utime(path, (0, min(times.values())))


@pytest.mark.parametrize("name", [*FILES, SEG, SR])
def test_resumed_batch_makes_up_for_a_deleted_file(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path, read: list[str], name: str
) -> None:
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS[:2]), "--model", untrained_model]
    argv += ["--out", tmp_path / "out", "--resume"]
    of_an_archive = {name: generate_uid() for name in ("StudyInstanceUID", "FrameOfReferenceUID")}
    shutil.rmtree(root / "P1")
    write_ct_series(HU, axial_geometry(HU.shape), root / "P1", of_an_archive)
    call(*argv)
    read.clear()
    (tmp_path / "out" / "P1" / name).unlink()
    assert call(*argv)[0] == 0
    assert read == ["P1"]
    assert (tmp_path / "out" / "P1" / name).is_file()


@pytest.mark.parametrize(
    "content",
    ["{}", "[]", "7", '{"findings": 3}', "{", "[" * 100_000],
    ids=["empty", "list", "number", "findings", "cut", "nested"],
)
def test_spoilt_assessment_is_made_anew(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path, read: list[str], content: str
) -> None:
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS[:2]), "--model", untrained_model]
    argv += ["--out", tmp_path / "out", "--resume"]
    (tmp_path / "out" / "P1").mkdir(parents=True)
    (tmp_path / "out" / "P1" / "assessment.json").write_text(content)
    assert call(*argv)[0] == 0
    assert read == ["P1"]
    assert lines(tmp_path / "out")[0]["assessed"] == "True"


def test_results_on_a_full_disk_leave_the_earlier_ones_and_nothing_else(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS[:2]), "--model", untrained_model]
    argv += ["--out", out, "--resume"]
    call(*argv)
    before = (out / RESULTS).read_bytes()

    def cut(path: Path, *_args: Any, **_kwargs: Any) -> None:
        with path.open("wb") as file:
            file.write(b"cut")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", cut)
    monkeypatch.setattr(Path, "write_text", cut)
    assert call(*argv)[0] == 2
    assert sorted(path.name for path in out.iterdir()) == ["P1", RESULTS]
    assert (out / RESULTS).read_bytes() == before


def test_dangling_link_in_a_study_does_not_end_the_batch(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path, read: list[str]
) -> None:
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS[:2]), "--model", untrained_model]
    argv += ["--out", tmp_path / "out", "--resume"]
    call(*argv)
    read.clear()
    (root / "P1" / "gone").symlink_to(tmp_path / "nowhere")
    assert call(*argv)[0] == 0
    assert lines(tmp_path / "out")[0]["assessed"] == "True"


def test_shape_as_the_reader_saw_it_is_taken_from_the_table(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path, read: list[str]
) -> None:
    argv = ["batch", root, "--model", untrained_model, "--out", tmp_path / "out", "--resume"]
    rows = ("patient,gcs,onset_to_ct_h,irregular", "P1,10,2,", "P2,10,2,1")
    call(*argv, "--table", write_table(tmp_path, *rows))
    assert [line["outcome_equation"] for line in lines(tmp_path / "out")] == ["F", "G"]
    document = json.loads((tmp_path / "out" / "P2" / "assessment.json").read_text())
    assert document["irregular"] is True
    read.clear()
    call(*argv, "--table", write_table(tmp_path, *rows[:2], "P2,10,2,0"))
    assert read == ["P2.zip"]


def test_patient_that_would_lead_out_of_the_folder_is_refused(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path
) -> None:
    table = write_table(tmp_path, "patient,gcs", "../P1,10")
    argv = ["batch", root, "--table", table, "--model", untrained_model, "--out", tmp_path / "out"]
    code, _, complaints = call(*argv)
    assert code == 4
    assert "row 2 cannot name a folder" in complaints
    assert not (tmp_path / "out").exists()


def test_table_with_problems_is_refused(call: Call, root: Path, tmp_path: Path) -> None:
    table = write_table(tmp_path, "patient,gcs", "P1,40")
    code, _, complaints = call("batch", root, "--table", table, "--out", tmp_path / "out")
    assert (code, "`cohort check`" in complaints) == (4, True)


def test_reason_does_not_repeat_the_name_of_a_file(
    call: Call, untrained_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "DOE_JANE.zip").write_bytes(b"PK damaged")
    table = write_table(tmp_path, "patient,study", "P1,DOE_JANE.zip")
    argv = ["batch", tmp_path, "--table", table, "--model", untrained_model]
    _, printed, _ = call(*argv, "--out", tmp_path / "out")
    assert "Not assessed: P1: The archive of this row is damaged" in printed
    assert "DOE" not in (tmp_path / "out" / "results.csv").read_text()


def test_fault_of_ours_is_a_line_with_its_report_and_the_rest_goes_on(
    call: Call,
    root: Path,
    untrained_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(study: Path, *arguments: Any, **options: Any) -> Any:
        if study.name == "P1":
            raise ZeroDivisionError("DOE^JANE")
        return assess(study, *arguments, **options)

    monkeypatch.setattr("core.batch.study.assess", broken)
    reports = tmp_path / "log"
    monkeypatch.setattr(write_crash_report, "__defaults__", (reports,))
    argv = ["batch", root, "--table", write_table(tmp_path, *ROWS), "--model", untrained_model]
    code, _, _ = call(*argv, "--out", tmp_path / "out")
    first, second, _ = lines(tmp_path / "out")
    (report,) = reports.iterdir()
    assert code == 0
    assert first["reason"] == f"internal error, report {report.name}"
    assert second["assessed"] == "True"
    text = report.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert "DOE" not in text


def test_child_is_a_line_with_the_reason_unless_the_caller_insists(
    call: Call, root: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    table = write_table(tmp_path, "patient,age_years,gcs,fibrinogen_mg_dl", "P1,12,10,325")
    arguments = ("batch", root, "--table", table, "--model", untrained_model, "--out", out)
    for insisting, assessed in (((), "False"), (("--child",), "True"), ((), "False")):
        code, _, _ = call(*arguments, "--resume", *insisting)
        (line,) = lines(out)
        assert (code, line["assessed"]) == (0, assessed)
        assert ("under-age" in line["findings"].split()) is bool(insisting)
        assert ("younger than 19" in line["reason"]) is not bool(insisting)
