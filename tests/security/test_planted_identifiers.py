"""Identifiers planted in headers, file names and archives: what a day of work leaves of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from tests.cohort.make import write_table
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

ROOT = Path(__file__).parents[2]
PLANTED = ("ZQXNAME", "ZQXIDENT", "ZQXWARD", "ZQXDOCTOR", "ZQXFOLDER", "19010203")
HEADER = {
    "PatientName": "ZQXNAME^ANNA",
    "PatientID": "ZQXIDENT",
    "InstitutionName": "ZQXWARD",
    "ReferringPhysicianName": "ZQXDOCTOR^A",
    "OtherPatientIDs": "ZQXIDENT",
    "PatientComments": "ZQXNAME",
    "PatientBirthDate": "19010203",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """All that a program may write to, but for the results: home, temporary folder, caches."""
    for name in ("home", "tmp"):
        (tmp_path / "writable" / name).mkdir(parents=True)
    return tmp_path / "writable"


def called(home: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    folders = {"HOME": home / "home", "TMPDIR": home / "tmp", "TEMP": home / "tmp"}
    xdg = {
        f"XDG_{kind}_HOME": home / "home" / kind for kind in ("DATA", "CACHE", "STATE", "CONFIG")
    }
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment |= {name: str(path) for name, path in (folders | xdg).items()}
    return subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def traces(folder: Path) -> list[str]:
    """Files whose name or content holds what was planted."""
    found = []
    for file in folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        if any(word in file.name or word.encode() in content for word in PLANTED):
            found.append(str(file.relative_to(folder)))
    return found


def test_day_of_work_leaves_no_identifier_outside_the_studies(
    home: Path, untrained_model: Path, tmp_path: Path
) -> None:
    hu = head_hu((12, 64, 64))
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "in" / "ZQXFOLDER", HEADER)
    damaged = tmp_path / "in" / "ZQXNAME.zip"
    damaged.write_bytes(b"PK damaged ZQXNAME")
    table = write_table(
        tmp_path / "in",
        "patient,study,gcs,expanded",
        "P1,ZQXFOLDER,10,1",
        "P2,ZQXNAME.zip,9,0",
    )
    assert traces(tmp_path / "in")
    model, out = ("--model", untrained_model), tmp_path / "out"
    study = tmp_path / "in" / "ZQXFOLDER"
    calls = (
        ("assess", study, *model, "--out", out / "assess"),
        ("batch", tmp_path / "in", "--table", table, *model, "--out", out / "batch"),
        ("cohort", "describe", table),
    )
    for call in calls:
        said = called(home, *call)
        assert said.returncode == 0, said.stderr
        assert not any(word in said.stdout + said.stderr for word in PLANTED), said
    assert list(out.glob("*/assessment.json"))
    assert traces(out) == []
    assert traces(home) == []
    assert list((home / "tmp").glob("hescope*")) == []


def test_identifiers_that_are_asked_for_stand_in_the_report_alone(
    untrained_model: Path, tmp_path: Path
) -> None:
    hu = head_hu((12, 64, 64))
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "in", HEADER)
    out = tmp_path / "out"
    call = ["assess", tmp_path / "in", "--model", untrained_model, "--out", out, "--identify"]
    assert main([str(argument) for argument in call]) == 0
    assert traces(out) in ([], ["report.pdf"])  # compressed, it cannot be searched as bytes
    if sys.platform != "win32":
        assert (out / "report.pdf").stat().st_mode & 0o077 == 0
