import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dicom.make import axial_geometry, head_hu, write_ct_series

ROOT = Path(__file__).parents[2]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("argv", ["[]", "['whatif', '--age', '65', '--gcs', '10']"])
def test_usage_and_whatif_do_without_torch(argv: str) -> None:
    script = (
        "import sys; from core.cli import main\n"
        f"try: main({argv})\n"
        "except SystemExit: pass\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert python("-c", script).returncode == 0


def test_help_names_the_verbs_and_the_purpose() -> None:
    ended = python("-m", "core", "--help")
    assert ended.returncode == 0
    assert all(verb in ended.stdout for verb in ("series", "assess", "whatif", "bench"))
    assert "Research use only" in ended.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_reader_that_has_seen_enough_ends_the_program_quietly(tmp_path: Path) -> None:
    script = f"{sys.executable} -m core series {tmp_path} | true; exit ${{PIPESTATUS[0]}}"
    hu = head_hu()
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path)
    ended = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.stderr == ""
    assert ended.returncode == 128 + signal.SIGPIPE


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_terminated_program_leaves_no_unpacked_study(tmp_path: Path) -> None:
    hu = head_hu()
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "head")
    study = shutil.make_archive(str(tmp_path / "study"), "zip", tmp_path / "head")
    # The program ends itself where it would read the headers.
    script = (
        "import os, runpy, signal, sys, core.dicom\n"
        "core.dicom.find_series = lambda folder: os.kill(os.getpid(), signal.SIGTERM)\n"
        f"sys.argv = ['core', 'series', {study!r}]\n"
        "runpy.run_module('core', run_name='__main__')"
    )
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (130, "ended by the user\n")
    assert list(unpacked.iterdir()) == []


def test_exit_code_reaches_the_shell() -> None:
    ended = python("-m", "core", "whatif", "--gcs", "17")
    assert ended.returncode == 4
    assert ended.stderr.splitlines()[0].startswith("error: Glasgow Coma Scale")
