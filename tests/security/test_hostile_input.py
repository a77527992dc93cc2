"""What a stranger may have put into a study, a table, a model folder or a header."""

import csv
import json
import os
import struct
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from core.batch.line import BatchLine, csv_line
from core.cli import main
from core.dicom import choose_head_ct, find_series, study_folder
from core.errors import ModelInvalidError
from core.models.card import CARD
from core.models.weights import read_weights
from core.study.panels import no_panels
from core.study.result import ChecklistItem, StudyResult
from core.study.write_study import write_study
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices are POSIX's")
HU = head_hu((12, 64, 64))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_ct_series(HU, axial_geometry(HU.shape), tmp_path / "study")
    return tmp_path / "study"


@posix
@pytest.mark.timeout(60)
def test_pipes_and_devices_in_a_study_are_no_files_of_it(study: Path) -> None:
    before = choose_head_ct(find_series(study)).files
    os.mkfifo(study / "000.dcm")
    os.mkfifo(study / "a.nii")
    (study / "zero.dcm").symlink_to("/dev/zero")
    (study / "random.nii.gz").symlink_to("/dev/urandom")
    assert choose_head_ct(find_series(study)).files == before


@posix
@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_pipe_or_device_in_the_place_of_a_file_is_told_and_not_waited_for(
    name: str, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = str(tmp_path / name)  # a path from the root stays
    if name == "pipe":
        os.mkfifo(given)
    out = ["--out", str(tmp_path / "out")]
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / CARD).symlink_to(given)
    for call, code in (
        (["assess", str(study), "--clinical", given, *out], 2),
        (["batch", str(tmp_path), "--table", given, *out], 2),
        (["cohort", "check", given], 2),
        (["assess", str(study), "--model", str(tmp_path / "model"), *out], 5),
        (["assess", given, *out], 3),
    ):
        assert main(call) == code, call
    assert "Is no file" in capsys.readouterr().err


@posix
def test_links_out_of_a_study_lead_nowhere(study: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_ct_series(HU, axial_geometry(HU.shape), other, {"PatientID": "OTHER"})
    (study / "folder").symlink_to(other, target_is_directory=True)
    (study / "loop").symlink_to(study, target_is_directory=True)
    (series,) = find_series(study)
    assert all(file.parent == study for file in series.files)


def test_links_in_an_archive_are_not_made(study: Path, tmp_path: Path) -> None:
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for file in study.iterdir():
            made.write(file, file.name)
        link = zipfile.ZipInfo("link.dcm")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    with study_folder(archive) as folder:
        assert not [path for path in folder.rglob("*") if path.is_symlink()]
        assert (folder / "link.dcm").read_text() == "/etc/passwd"


@pytest.mark.parametrize("size", [2**64 - 1, 2**63 - 1, 10**12, 10**8, 9, 0])
def test_size_in_a_header_of_weights_is_not_believed(size: int, tmp_path: Path) -> None:
    file = tmp_path / "classifier.safetensors"
    file.write_bytes(struct.pack("<Q", size) + b'{"a":{}}')
    before, began = psutil.Process().memory_info().rss, time.monotonic()
    with pytest.raises(ModelInvalidError, match="cannot be read as safetensors"):
        read_weights(file)
    assert psutil.Process().memory_info().rss - before < 2**28
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 2**40]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 8]},
        {"dtype": "F99", "shape": [2], "data_offsets": [0, 8]},
    ],
)
def test_tensor_beyond_its_file_is_refused(tensor: dict[str, object], tmp_path: Path) -> None:
    header = json.dumps({"weight": tensor}).encode()
    file = tmp_path / "classifier.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    with pytest.raises(ModelInvalidError, match="cannot be read as safetensors"):
        read_weights(file)


FORMULAS = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_batch_is_a_formula(formula: str) -> None:
    line = BatchLine("P1", False, formula, outcome_equation=formula, model=formula, volume_ml=-1.0)
    (row,) = csv.reader([csv_line(line)])
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row)
    assert [cell for cell in row if cell.startswith("-")] == ["-1.0"]  # the number


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_checklist_is_a_formula(formula: str, tmp_path: Path) -> None:
    item = ChecklistItem("1", formula, formula, "answered", formula)
    empty = StudyResult(
        simulated=True,
        facts={formula: "<script>alert(1)</script>"},
        tables=(),
        figures=(),
        panels=no_panels(),
        checklist=(item,),
        warnings=("<img src=x onerror=alert(1)>",),
    )
    write_study(empty, tmp_path)
    with (tmp_path / "checklist.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    page = (tmp_path / "study.html").read_text()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
