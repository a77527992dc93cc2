import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from core import writing
from core.writing import (
    scratch_folder,
    sweep_scratch,
    write_together,
    write_whole,
)


def test_file_is_whole_whoever_writes_at_once(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    contents = [bytes([letter]) * 100_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_whole(file, content), contents * 4))
    assert file.read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]


def test_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "list.json"
    write_whole(file, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_file_is_for_its_user_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "list.json", b"")
    assert os.stat(tmp_path / "list.json").st_mode & 0o777 == 0o600


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The computer's temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_files_of_a_set_are_replaced_only_once_all_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_together({"a": b"old", "b": b"old", "c": b"old"}, tmp_path)
    written: list[str] = []

    def fill_up(path: Path, content: bytes) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(path.name)

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(OSError, match="No space"):
        write_together({"a": b"new", "b": b"new"}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"old",
        "b": b"old",
        "c": b"old",
    }


def test_what_a_killed_program_left_in_a_folder_goes_after_a_day(tmp_path: Path) -> None:
    for name in (".unfinished-old", ".unfinished-new", ".site-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.pdf").touch()
    yesterday = time.time() - 25 * 3600
    for name in (".unfinished-old", ".site-old"):
        os.utime(tmp_path / name, (yesterday, yesterday))
    write_together({}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".unfinished-new"]


def test_what_a_killed_program_was_writing_goes_with_the_next_write(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from core.writing import in_one_step\n"
        "with in_one_step(Path(sys.argv[1]) / 'study') as made:\n"
        "    made.write_bytes(b'half'); print(flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        write_together({"a": b"a"}, tmp_path)
        (left,) = tmp_path.glob(".unfinished-*")  # of a program that is at it
        other.kill()
        other.wait()
        assert left.exists()
        write_together({"a": b"a"}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_scratch_of_a_killed_program_goes_and_that_of_a_running_one_stays(temporary: Path) -> None:
    program = (
        "import time; from core.writing import scratch_folder\n"
        "with scratch_folder() as folder:\n"
        "    (folder / '00000').touch(); print(folder, flush=True); time.sleep(600)\n"
    )
    environment = os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as other:
        assert other.stdout is not None
        folder = Path(other.stdout.readline().strip())
        sweep_scratch()
        assert (folder / "00000").exists()
        with scratch_folder() as mine:
            (mine / "00000").touch()
            sweep_scratch()
            assert (mine / "00000").exists()
            other.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            other.wait()
            sweep_scratch()
            assert not folder.exists()
            assert (mine / "00000").exists()
    assert list(temporary.iterdir()) == []


def test_sweep_leaves_a_folder_that_another_program_is_just_making(temporary: Path) -> None:
    folder = temporary / "hescope-new"
    folder.mkdir()
    program = "from core.writing import sweep_scratch; sweep_scratch()"
    environment = os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary)}
    with FileLock(folder / "lock"):  # its files come next
        subprocess.run([sys.executable, "-c", program], env=environment, check=True)
        assert folder.exists()


def test_sweep_leaves_what_is_no_scratch_folder(temporary: Path) -> None:
    mine, project = temporary / "project", temporary / "hescope-project"
    for folder in (mine, project):
        (folder / "files").mkdir(parents=True)
    (mine / "lock").touch()
    (temporary / "hescope-link").symlink_to(mine)
    sweep_scratch()
    assert (mine / "files").exists()
    assert (project / "files").exists()


def test_scratch_is_for_its_user_alone(temporary: Path) -> None:
    with scratch_folder() as folder:
        assert (folder.stat().st_mode | folder.parent.stat().st_mode) & 0o077 == 0
