"""``python -m tests.soak``: many assessments and page sessions in one process.

Prints memory, open files and threads as they go; ends with 1 where the last differs from that after
the first twenty by more than 5 % of memory, or by a file or a thread.
"""

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from streamlit.testing.v1 import AppTest

from core.batch.study import StudyAssessor, load_assessor
from core.batch.work import BatchWork, StudyTask
from core.cohort.table import CohortRow
from core.domain import ClinicalFindings
from core.memory import give_back
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.models.make import write_untrained_model

_WARM_UP = 20
_AT_MOST = 1.05
_PAGE = Path(__file__).parents[1] / "app" / "main.py"


def main() -> int:
    """Exit code 0 where nothing grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=500)
    parser.add_argument("--sessions", type=int, default=200)
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        assessor = _assessor(folder)
        flat = [
            _repeated("assessments", arguments.assessments, lambda n: _assess(assessor, folder, n)),
            _repeated("sessions", arguments.sessions, _open_and_close),
        ]
    return 0 if all(flat) else 1


def _assessor(folder: Path) -> StudyAssessor:
    hu = head_hu((12, 64, 64))
    write_ct_series(hu, axial_geometry(hu.shape), folder / "study")
    (folder / "model").mkdir()
    write_untrained_model(folder / "model")
    return load_assessor(BatchWork(folder / "model", folder / "out", "cpu"))


def _assess(assessor: StudyAssessor, folder: Path, number: int) -> None:
    """One study with all its files; every other one without GCS, so that reports differ."""
    clinical = ClinicalFindings(age_years=65, gcs=10 if number % 2 else None)
    line = assessor.line(StudyTask(CohortRow(2, "P", clinical=clinical), folder / "study"))
    if not line.assessed:
        raise RuntimeError(line.reason)


def _open_and_close(_number: int) -> None:
    """The home page, as a browser's tab asks for it, and its end."""
    page = AppTest.from_file(str(_PAGE), default_timeout=120).run()
    if page.exception:
        raise RuntimeError(page.exception)


def _repeated(what: str, count: int, work: Callable[[int], None]) -> bool:
    """Whether memory, files and threads are as after the first twenty."""
    first = None
    for number in range(1, count + 1):
        work(number)
        if number % 100 == 0 or number in (_WARM_UP, count):
            found = _held()
            first = first or found
            sys.stdout.write(f"{number:4d} {what}: {found[0]:.0f} MiB, {found[1]} files, ")
            sys.stdout.write(f"{found[2]} threads\n")
            sys.stdout.flush()
    last = _held()
    return first is None or (last[0] <= _AT_MOST * first[0] and last[1:] <= first[1:])


def _held() -> tuple[float, int, int]:
    """Memory in MiB, open files and threads of this process."""
    gc.collect()
    give_back()
    process = psutil.Process()
    files = len(process.open_files()) + len(process.net_connections())
    return process.memory_info().rss / 2**20, files, process.num_threads()


if __name__ == "__main__":
    raise SystemExit(main())
