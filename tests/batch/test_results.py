from pathlib import Path

import pytest

from core.batch.line import HEADER, BatchLine, csv_line
from core.batch.results import ResultsFile, read_lines
from core.errors import UsageError


def line(patient: str, reason: str = "none") -> BatchLine:
    return BatchLine(patient, assessed=False, reason=reason)


def names(file: Path) -> list[str]:
    return [row.split(",")[0] for row in file.read_text().splitlines()[1:]]


def test_lines_stand_as_soon_as_they_are_added_and_in_order_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    results = ResultsFile(file, keep=False)
    for patient in ("B", "A"):
        results.add(line(patient))
    assert names(file) == ["B", "A"]
    results.finish(["A", "B"])
    assert names(file) == ["A", "B"]


def test_earlier_table_stays_until_the_first_line_and_with_resume_until_its_own(
    tmp_path: Path,
) -> None:
    file = tmp_path / "results.csv"
    earlier = HEADER + csv_line(line("A")) + csv_line(line("B"))
    file.write_text(earlier + "C,True,cut")
    ResultsFile(file, keep=False)
    assert file.read_text() == earlier + "C,True,cut"
    resumed = ResultsFile(file, keep=True)
    resumed.add(line("A"))
    assert file.read_text() == earlier
    resumed.add(line("B", "another"))
    assert names(file) == ["A", "B", "B"]
    assert "another" in read_lines(file)["B"]
    ResultsFile(file, keep=False).add(line("C"))
    assert names(file) == ["C"]


def test_table_of_another_version_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text("patient,volume_ml\nA,3\n")
    assert read_lines(file) == {}
    file.write_bytes(b"\xff\xfe")
    assert read_lines(file) == {}


def test_line_that_finds_the_disk_full_leaves_the_table_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "results.csv"
    results = ResultsFile(file, keep=False)
    results.add(line("A"))
    before = file.read_bytes()
    opened = Path.open

    class Half:
        """A file on a disk that has room for a few letters more."""

        def __init__(self, stream: object) -> None:
            self._stream = stream

        def __enter__(self) -> "Half":
            return self

        def __exit__(self, *_: object) -> None:
            self._stream.close()

        def write(self, content: bytes) -> int:
            return self._stream.write(content[:5])

        def __getattr__(self, name: str) -> object:
            return getattr(self._stream, name)

    monkeypatch.setattr(Path, "open", lambda *a, **k: Half(opened(*a, **k)))
    with pytest.raises(UsageError, match="cannot be written to"):
        results.add(line("B"))
    monkeypatch.undo()
    assert file.read_bytes() == before
