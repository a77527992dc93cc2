"""``simulate``: a cohort of patients that never were, to try out a study before there is data."""

import argparse

from core.cli.arguments import Verbs
from core.cli.output import print_lines, shown_progress
from core.given import path_of
from core.risk.table1 import N_SCANNED


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("simulate", help="write an in-silico cohort; call again to resume")
    parser.add_argument(
        "--patients",
        type=int,
        default=N_SCANNED,
        metavar="N",
        help=f"default {N_SCANNED}, as in the paper",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="the same seed gives the same cohort"
    )
    parser.add_argument("--out", type=path_of, required=True, metavar="DIR", help="a new folder")
    parser.add_argument(
        "--images",
        choices=("none", "small", "full"),
        default="small",
        help="phantom CTs: none, 128 pixels (2 MB a patient) or 512 pixels (28 MB); default small",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the path of the table is printed."""
    from core.simulate.write_cohort import write_cohort

    with shown_progress() as progress:
        table = write_cohort(
            arguments.out,
            n_patients=arguments.patients,
            seed=arguments.seed,
            images=arguments.images,
            progress=progress,
        )
    print_lines([f"SIMULATED cohort of {arguments.patients} patients: {table}"])
    return 0
