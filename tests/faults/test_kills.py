"""Each verb killed twice, the slowest once; `python -m tests.faults --count 50` is the long run."""

import signal
from pathlib import Path

import pytest

from tests.faults.run import killed
from tests.faults.verbs import refuse_cut_files, verbs, write_inputs

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX's")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder)
    return folder


@pytest.mark.parametrize("name", ["assess", "batch", "train risk", "reproduce", "simulate"])
def test_killed_verb_leaves_whole_files_and_goes_on(
    name: str, inputs: Path, tmp_path: Path
) -> None:
    count = 1 if name == "simulate" else 2
    found = killed(verbs(inputs, tmp_path)[name], count)
    assert found.killed + found.done_before == count


def test_cut_files_are_seen(inputs: Path, tmp_path: Path) -> None:
    for name, content in (("a.json", "{"), ("b.csv", "a,b\n1"), ("c.html", "<p>"), ("d.pdf", "%")):
        file = tmp_path / name
        file.write_text(content)
        with pytest.raises(Exception):  # noqa: B017, PT011  each reader has its own
            refuse_cut_files(tmp_path)
        file.unlink()
