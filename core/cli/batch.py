"""``batch ROOT --table CSV --out DIR``: many studies assessed, one line each."""

import argparse

from core.cli.arguments import Verbs, add_child, add_model
from core.cli.output import print_lines, shown_progress
from core.given import path_of
from core.report.provenance import RESEARCH_USE


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("batch", help="assess many studies; one line each in results.csv")
    parser.add_argument(
        "root",
        type=path_of,
        metavar="ROOT",
        help="folder of studies, each a folder, zip archive or NIfTI file named as its patient",
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
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once every patient has a line; those that could not be assessed are printed."""
    from core.cli.chosen_model import chosen_model
    from core.cohort.read import read_cohort_table
    from core.cohort.table import refuse_if_unusable
    from core.study.batch import RESULTS, BatchOptions, assess_batch

    table = read_cohort_table(arguments.table)
    refuse_if_unusable(table)  # before networks are loaded
    model = chosen_model(arguments)
    with shown_progress() as progress:
        lines = assess_batch(
            table,
            arguments.root,
            model,
            arguments.out,
            options=BatchOptions(arguments.resume, arguments.child),
            progress=progress,
        )
    failed = [line for line in lines if not line.assessed]
    print_lines(
        [
            *(f"Not assessed: {line.patient}: {line.reason}" for line in failed),
            f"{len(lines) - len(failed)} of {len(lines)} studies assessed; "
            f"written to {arguments.out / RESULTS}",
            RESEARCH_USE,
        ]
    )
    return 0
