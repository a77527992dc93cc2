import pytest

from core.cli import output


def test_long_work_without_a_terminal_is_told_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 5.0, 31.0, 31.0, 40.0, 62.0, 62.0])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    with output.shown_progress() as progress:
        for done in (0.1, 0.2, 0.3, 0.4):
            progress("Reading slices", done)
    told = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 1)[1] for line in told] == [
        "Reading slices, 20%",
        "Reading slices, 40%",
    ]
