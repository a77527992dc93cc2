"""Many studies assessed: the files of each, and one table of all."""

import re
import time
from collections import deque
from pathlib import Path

from core.batch.line import BatchLine
from core.batch.processes import default_workers, processes
from core.batch.results import ResultsFile
from core.batch.shard import WHOLE, Shard
from core.batch.work import BatchWork, Pool, StudyTask
from core.cohort.table import CohortRow, CohortTable, refuse_if_unusable
from core.errors import ClinicalDataError
from core.progress import Progress, silent
from core.writing import alone_in

_FOLDER_NAME = re.compile(r"\w[\w.-]*")
_STUDY_ENDINGS = ("", ".zip", ".nii.gz", ".nii")
_PACE_OF = 50  # the last studies, by whose pace the rest is foretold


def assess_batch(
    table: CohortTable,
    root: Path,
    work: BatchWork,
    *,
    pool: Pool | None = None,
    shard: Shard = WHOLE,
    progress: Progress = silent,
) -> tuple[BatchLine, ...]:
    """A line a patient, as ``results.csv`` in the folder has them; beside it a folder for each.

    A patient's study is the table's, else the folder, zip archive or NIfTI file of that name in
    ``root``.  A study that cannot be assessed is a line with the reason.  ``pool`` assesses them,
    by default as many processes as the machine has room for.  Of a shard, the table is its own.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, or a patient that cannot name a folder.
    ModelInvalidError
        The model cannot be used.
    UsageError
        The folder cannot be written to, or another batch writes to it.
    """
    tasks = tasks_of(table, root, shard)
    pool = pool or processes(default_workers())
    pace = _Pace(len(tasks), progress)
    lines: dict[str, BatchLine] = {}
    with alone_in(work.folder, shard.results):
        results = ResultsFile(work.folder / shard.results, keep=work.resume)
        for task, line in pool(tasks, work, pace.report):
            results.add(line)
            lines[task.row.patient] = line
            pace.one_more()
        patients = [task.row.patient for task in tasks]
        results.finish(patients)
    return tuple(lines[patient] for patient in patients)


def tasks_of(table: CohortTable, root: Path, shard: Shard = WHOLE) -> tuple[StudyTask, ...]:
    """What ``assess_batch`` is to do; see there, also for the errors."""
    refuse_if_unusable(table)
    _refuse_names(table)
    return tuple(StudyTask(row, _study_of(row, root)) for row in shard.of(table.rows))


def _study_of(row: CohortRow, root: Path) -> Path | None:
    candidates = (root / f"{row.patient}{ending}" for ending in _STUDY_ENDINGS)
    return row.study or next((path for path in candidates if path.exists()), None)


def _refuse_names(table: CohortTable) -> None:
    wrong = [row.number for row in table.rows if not _FOLDER_NAME.fullmatch(row.patient)]
    if wrong:
        raise ClinicalDataError(
            f"The patient of row {wrong[0]} cannot name a folder; letters, digits, point, hyphen "
            "and underscore expected.",
            "Give every patient a pseudonym of these.",
        )


class _Pace:
    """How far a batch is, how fast it goes, and when it will be done."""

    def __init__(self, count: int, progress: Progress) -> None:
        self._count = count
        self._progress = progress
        self._done = 0
        self._ended: deque[float] = deque([time.monotonic()], maxlen=_PACE_OF + 1)

    def one_more(self) -> None:
        """Another study has ended."""
        self._done += 1
        self._ended.append(time.monotonic())
        self.report()

    def report(self) -> None:
        """Say it."""
        words = f"{self._done} of {self._count} studies"
        elapsed_s = time.monotonic() - self._ended[0]
        if self._done and elapsed_s:
            a_minute = 60 * (len(self._ended) - 1) / elapsed_s
            left_min = (self._count - self._done) / a_minute
            words += f", {a_minute:.1f} a minute, {_in_words(left_min)} left"
        self._progress(words, self._done / self._count)


def _in_words(minutes: float) -> str:
    """Time to come.

    >>> _in_words(0.4), _in_words(61.2)
    ('about 24 s', 'about 1 h 1 min')
    """
    if minutes < 1:
        return f"about {60 * minutes:.0f} s"
    hours, rest = divmod(round(minutes), 60)
    return f"about {hours} h {rest} min" if hours else f"about {rest} min"
