"""Folders that are full, taken, or not there to be written to."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.cli import main
from core.errors import UsageError
from core.writing import alone_in, write_together
from tests.faults.run import ROOT
from tests.faults.verbs import verbs, visible, write_inputs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")

_VERBS = ["assess", "batch", "train risk", "reproduce", "simulate"]
_FULL_AFTER = 300  # bytes: the first file of any verb meets it


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder)
    return folder


@pytest.mark.parametrize("name", _VERBS)
def test_full_disk_ends_a_verb_with_a_word_and_leaves_nothing(
    name: str, inputs: Path, tmp_path: Path
) -> None:
    verb = verbs(inputs, tmp_path)[name]
    program = (
        "import resource, runpy, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({_FULL_AFTER}, resource.RLIM_INFINITY)); "
        "sys.argv[0] = 'core'; runpy.run_module('core', run_name='__main__')"
    )
    said = subprocess.run(
        [sys.executable, "-B", "-c", program, *verb.call],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2, said.stderr
    assert "cannot be written to: File too large" in said.stderr
    assert "Traceback" not in said.stderr
    left = {path.name for path in visible(verb.out)}
    assert left <= {"README.md"}


@pytest.mark.parametrize("name", _VERBS)
def test_file_in_the_place_of_the_folder_is_left_and_told(
    name: str, inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verb = verbs(inputs, tmp_path)[name]
    verb.out.write_text("mine")
    assert main(list(verb.call)) == 2
    assert "do this: " in capsys.readouterr().err
    assert verb.out.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "held"),
    [("batch", "results.csv"), ("reproduce", "a study"), ("simulate", "a cohort")],
)
def test_second_program_in_a_folder_is_refused(
    name: str, held: str, inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verb = verbs(inputs, tmp_path)[name]
    with alone_in(verb.out, held):
        assert main(list(verb.call)) == 2
    assert "Found another HEscope" in capsys.readouterr().err
    assert not list(verb.out.iterdir())


def test_sets_that_are_written_at_once_do_not_mix(tmp_path: Path) -> None:
    names = [f"{n}" for n in range(20)]

    def write(letter: str) -> None:
        write_together(dict.fromkeys(names, letter.encode()), tmp_path)

    for _ in range(5):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, "abcdefgh"))
        assert len({(tmp_path / name).read_bytes() for name in names}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_folder_is_free_again_whatever_ended_the_work(tmp_path: Path) -> None:
    def fail() -> Iterator[None]:
        with alone_in(tmp_path, "a study"):
            raise ZeroDivisionError
        yield

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            list(fail())
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written to"), alone_in(tmp_path / "file", "x"):
        pass


def test_what_was_left_in_the_future_by_a_clock_that_went_back_stays(tmp_path: Path) -> None:
    left = tmp_path / ".unfinished-later"
    left.mkdir()
    later = time.time() + 30 * 24 * 3600
    os.utime(left, (later, later))
    write_together({"a": b"a"}, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".unfinished-later", "a"]
