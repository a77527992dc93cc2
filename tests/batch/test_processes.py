import multiprocessing
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from core.batch.batch import assess_batch
from core.batch.processes import processes
from core.batch.results import RESULTS
from core.batch.work import BatchWork
from core.cohort.table import CohortTable
from core.errors import ModelInvalidError, UsageError
from core.progress import Cancelled
from core.writing import alone_in
from tests.batch.make import in_this_process


def test_processes_make_the_table_of_one_after_the_other_though_one_is_killed(
    studies: Path, table: CohortTable, work: BatchWork, tmp_path: Path
) -> None:
    alone = assess_batch(table, studies, work, pool=in_this_process)
    of_processes = replace(work, folder=tmp_path / "processes")
    killed, said = [], []

    def kill_one(stage: str, done: float) -> None:
        said.append(stage)
        if done and not killed:
            killed.append(multiprocessing.active_children()[0])
            killed[0].kill()

    lines = assess_batch(table, studies, of_processes, pool=processes(2), progress=kill_one)
    assert lines == alone
    assert [line.assessed for line in lines] == [True, True, True, False, False]
    one, other = (folder / "results.csv" for folder in (work.folder, of_processes.folder))
    assert one.read_bytes() == other.read_bytes()
    assert killed[0].exitcode == -9
    assert said[-1].startswith("5 of 5 studies, ")
    assert multiprocessing.active_children() == []


def test_end_by_the_user_ends_the_processes_and_keeps_the_lines(
    studies: Path, table: CohortTable, work: BatchWork
) -> None:
    def cancel(stage: str, done: float) -> None:
        if done > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        assess_batch(table, studies, work, pool=processes(1), progress=cancel)
    assert multiprocessing.active_children() == []
    lines = (work.folder / "results.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["patient", "P1", "P2"]
    assert not list(work.folder.glob(".*"))


def test_invalid_model_ends_the_batch(
    studies: Path, table: CohortTable, work: BatchWork, tmp_path: Path
) -> None:
    with pytest.raises(ModelInvalidError):
        assess_batch(table, studies, replace(work, model=tmp_path / "none"), pool=processes(1))
    assert list(work.folder.iterdir()) == []


def test_second_batch_in_a_folder_is_refused(
    studies: Path, table: CohortTable, work: BatchWork
) -> None:
    with (
        alone_in(work.folder, RESULTS),
        pytest.raises(UsageError, match="another HEscope that writes"),
    ):
        assess_batch(table, studies, work, pool=in_this_process)


def test_errors_come_through_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(UsageError("Found.", "Do.")))
    assert (type(error), error.message, error.remedy) == (UsageError, "Found.", "Do.")
