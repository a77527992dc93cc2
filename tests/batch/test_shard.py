import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from core.batch.batch import assess_batch
from core.batch.shard import Shard, merge_shards, shard_of
from core.batch.work import BatchWork
from core.cohort.table import CohortTable
from core.errors import UsageError
from tests.batch.make import in_this_process


def test_shards_merged_are_the_table_of_the_whole(
    studies: Path, table: CohortTable, work: BatchWork, tmp_path: Path
) -> None:
    patients = [row.patient for row in table.rows]
    whole = replace(work, folder=tmp_path / "whole")
    assess_batch(table, studies, whole, pool=in_this_process)
    for number in (2, 1):
        with pytest.raises(UsageError, match="Found"):
            merge_shards(patients, work.folder)
        shard = Shard(number, 2)
        assess_batch(table, studies, work, pool=in_this_process, shard=shard)
    assert merge_shards(patients, work.folder) == 3
    one, other = (folder / "results.csv" for folder in (whole.folder, work.folder))
    assert one.read_bytes() == other.read_bytes()


def test_unfinished_shard_shards_of_two_divisions_and_of_two_models_are_told(
    studies: Path, table: CohortTable, work: BatchWork
) -> None:
    patients = [row.patient for row in table.rows]
    for number in (1, 2):
        line, *_ = assess_batch(table, studies, work, pool=in_this_process, shard=Shard(number, 2))
    file = work.folder / Shard(2, 2).results
    complete = file.read_text()
    file.write_text(complete[: complete.rfind("\n", 0, -1) + 1])
    with pytest.raises(UsageError, match="Found 1 patients of the table without a line") as told:
        merge_shards(patients, work.folder)
    assert "--shard 2/2 --resume" in told.value.remedy
    file.write_text(complete.replace(line.model, "other 1.0.0"))
    with pytest.raises(UsageError, match="several models"):
        merge_shards(patients, work.folder)
    file.write_text(complete)
    with pytest.raises(UsageError, match="1 lines of others"):
        merge_shards(patients[:-2], work.folder)
    file.rename(work.folder / Shard(2, 3).results)
    with pytest.raises(UsageError, match="shards of 2 batches"):
        merge_shards(patients, work.folder)


@pytest.mark.parametrize("text", ["", "3", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        shard_of(text)


def test_every_patient_is_in_one_shard() -> None:
    patients = list(range(103))
    found = [one for n in range(1, 41) for one in shard_of(f"{n}/40").of(patients)]
    assert sorted(found) == patients
