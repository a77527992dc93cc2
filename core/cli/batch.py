"""``batch ROOT --table CSV --out DIR``: many studies assessed, one line each."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.assets import bundled_model
from core.batch.results import RESULTS
from core.batch.shard import WHOLE, shard_of
from core.cli.arguments import Verbs, add_child, add_model, count_of
from core.cli.output import print_lines, shown_progress
from core.given import path_of
from core.report.provenance import RESEARCH_USE

if TYPE_CHECKING:
    from core.batch.work import Pool
    from core.cohort.table import CohortTable

MERGE = Path("merge")
"""In the place of ROOT: the tables of all shards become one."""


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("batch", help="assess many studies; one line each in results.csv")
    parser.add_argument(
        "root",
        type=path_of,
        metavar="ROOT",
        help="folder of studies, each a folder, zip archive or NIfTI file named as its patient; "
        f"the word {MERGE} puts the tables of shards together instead",
    )
    parser.add_argument(
        "--table",
        type=path_of,
        metavar="CSV",
        required=True,
        help="one row a patient with clinical findings; the columns are those of a cohort.csv",
    )
    add_model(parser)
    parser.add_argument(
        "--out", type=path_of, metavar="DIR", required=True, help="folder of results"
    )
    add_child(parser)
    parser.add_argument(
        "--resume", action="store_true", help="keep what the same model made of the same patients"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="assess on this Ray cluster, a process a core; it shares the file system",
    )
    where.add_argument(
        "--workers",
        type=count_of,
        metavar="N",
        help="processes that assess side by side; default one a core, as far as memory allows",
    )
    parser.add_argument(
        "--shard",
        type=shard_of,
        default=WHOLE,
        metavar="K/N",
        help="assess the K-th of N parts of the table, for array jobs; then `batch merge`",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once every patient has a line; those that could not be assessed are printed."""
    from core.batch.batch import assess_batch, tasks_of
    from core.batch.work import BatchWork
    from core.cohort.read import read_cohort_table
    from core.node.exported import note_export

    table = read_cohort_table(arguments.table)
    if arguments.root == MERGE:
        return _merge(table, arguments.out)
    model = arguments.model or bundled_model()
    work = BatchWork(
        model,
        arguments.out,
        arguments.device,
        arguments.engine,
        resume=arguments.resume,
        child=arguments.child,
    )
    for task in tasks_of(table, arguments.root, arguments.shard):
        if task.study is not None:
            note_export(task.study, "files of batch")
    with shown_progress() as progress:
        lines = assess_batch(
            table,
            arguments.root,
            work,
            pool=_pool(arguments),
            shard=arguments.shard,
            progress=progress,
        )
    failed = [line for line in lines if not line.assessed]
    print_lines(
        [
            *(f"Not assessed: {line.patient}: {line.reason}" for line in failed),
            _assessed(
                len(lines) - len(failed), len(lines), arguments.out / arguments.shard.results
            ),
        ]
    )
    return 0


def _pool(arguments: argparse.Namespace) -> "Pool":
    if arguments.ray is not None:
        from core.batch.cluster import ray_cluster

        return ray_cluster(arguments.ray)
    from core.batch.processes import default_workers, processes

    return processes(arguments.workers or default_workers())


def _merge(table: "CohortTable", folder: Path) -> int:
    from core.batch.shard import merge_shards

    count = merge_shards([row.patient for row in table.rows], folder)
    print_lines([_assessed(count, len(table.rows), folder / RESULTS)])
    return 0


def _assessed(count: int, of: int, table: Path) -> str:
    return f"{count} of {of} studies assessed; written to {table}\n{RESEARCH_USE}"
