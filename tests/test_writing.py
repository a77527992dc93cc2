import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import writing
from core.writing import write_whole


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
