"""``reproduce``: the paper's study on a cohort, simulated if none is named."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs, add_model
from core.cli.cohort import add_volumes, read_table
from core.cli.output import print_lines, shown_progress
from core.cli.plan import add_plan, add_selection_and_bootstrap, planned
from core.errors import UsageError
from core.given import path_of
from core.risk.table1 import N_SCANNED
from core.study.plan import Plan
from core.writing import alone_in

if TYPE_CHECKING:
    from core.cohort.table import CohortTable
    from core.study.assess_cohort import Reader
    from core.study.result import StudyResult


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "reproduce", help="the paper's tables and figures on a cohort; call again to resume"
    )
    parser.add_argument(
        "--cohort", type=path_of, metavar="CSV", help="a cohort.csv; default a simulated cohort"
    )
    add_volumes(parser)
    parser.add_argument(
        "--assess", action="store_true", help="read the studies of patients without nDL or outcome"
    )
    add_model(parser)
    parser.add_argument(
        "--patients", type=int, default=N_SCANNED, metavar="N", help="of the simulated cohort"
    )
    parser.add_argument(
        "--images",
        choices=("none", "small", "full"),
        default="none",
        help="CTs of the simulated cohort, which are then assessed; default none: its table only",
    )
    add_plan(parser)
    add_selection_and_bootstrap(parser)
    parser.add_argument(
        "--out", type=path_of, required=True, metavar="DIR", help="folder of results"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the study is written; its AUCs are printed."""
    _refuse_contradiction(arguments)
    plan = planned(arguments)
    with alone_in(arguments.out, "a study"):
        return _reproduced(arguments, plan)


def _reproduced(arguments: argparse.Namespace, plan: Plan) -> int:
    from core.study.reproduce import reproduce
    from core.study.write_study import write_study

    table = read_table(arguments.cohort or _simulated(arguments), arguments.volumes)
    reader = None
    if arguments.assess or arguments.images != "none":
        table, reader = _assessed(table, plan, arguments)
    with shown_progress() as progress:
        result = reproduce(table, plan, reader=reader, progress=progress)
    written = write_study(result, arguments.out)
    print_lines(
        [
            *_summary(result),
            *result.warnings,
            f"Written: {', '.join(file.name for file in written)}",
        ]
    )
    return 0


def _refuse_contradiction(arguments: argparse.Namespace) -> None:
    simulated = arguments.cohort is None
    if not simulated and arguments.images != "none":
        raise UsageError(
            "--images found beside --cohort, expected one of the two: it is for simulated CTs.",
            "Name --assess to read the studies of the cohort.",
        )
    if simulated and arguments.assess and arguments.images == "none":
        raise UsageError(
            "--assess found without studies, expected --cohort or --images.",
            "Name --images small to simulate CTs.",
        )


def _simulated(arguments: argparse.Namespace) -> Path:
    """Table of the simulated cohort, written beside the results."""
    from core.simulate.write_cohort import write_cohort

    with shown_progress() as progress:
        return write_cohort(
            arguments.out / "cohort",
            n_patients=arguments.patients,
            seed=arguments.seed,
            images=arguments.images,
            progress=progress,
        )


def _assessed(
    table: "CohortTable", plan: Plan, arguments: argparse.Namespace
) -> tuple["CohortTable", "Reader"]:
    from core.cli.chosen_model import chosen_model
    from core.cohort.table import refuse_if_unusable
    from core.study.assess_cohort import assess_cohort

    refuse_if_unusable(table)  # before networks are loaded
    model = chosen_model(arguments)
    with shown_progress() as progress:
        return assess_cohort(
            table,
            model,
            arguments.out / "assessed",
            definition=plan.definition,
            progress=progress,
        )


def _summary(result: "StudyResult") -> list[str]:
    head = ["Simulated cohort: no number comes from a patient."] if result.simulated else []
    table = next(table for table in result.tables if table.name == "table_3")
    return head + [
        f"{row.label:<18} AUC {row.cells['auc'].value:.3f}, paper {row.cells['auc'].paper}, "
        f"expected {row.cells['auc'].expected}"
        for row in table.rows
    ]
