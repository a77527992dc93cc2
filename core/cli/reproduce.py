"""``reproduce``: the paper's study on a cohort, simulated if none is named."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs
from core.cli.output import print_lines

if TYPE_CHECKING:
    from core.study.result import StudyResult

PATIENTS = 572


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("reproduce", help="the paper's tables and figures on a cohort")
    parser.add_argument(
        "--cohort", type=Path, metavar="CSV", help="a cohort.csv; default a simulated cohort"
    )
    parser.add_argument(
        "--patients", type=int, default=PATIENTS, metavar="N", help="of the simulated cohort"
    )
    parser.add_argument(
        "--images", choices=("none",), default="none", help="of the simulated cohort: table only"
    )
    parser.add_argument("--definition", metavar="NAME", help="of expansion; default the paper's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of results")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the study is written; its AUCs are printed."""
    from core.cohort.expansion import DEFINITIONS
    from core.cohort.read import read_cohort_table
    from core.errors import UsageError
    from core.simulate.cohort import simulate_cohort
    from core.study.reproduce import reproduce, write_study

    name = arguments.definition
    if name is not None and name not in DEFINITIONS:
        raise UsageError(
            f'Definition "{name}" found, one of {", ".join(DEFINITIONS)} expected.',
            "Leave it out for that of the paper.",
        )
    path = arguments.cohort
    if path is None:
        path = arguments.out / "cohort.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        simulate_cohort(arguments.patients, seed=arguments.seed).to_csv(path, index=False)
    result = reproduce(
        read_cohort_table(path),
        definition=DEFINITIONS[name] if name else None,
        seed=arguments.seed,
    )
    written = write_study(result, arguments.out)
    print_lines([*_summary(result), f"Written: {', '.join(file.name for file in written)}"])
    return 0


def _summary(result: "StudyResult") -> list[str]:
    head = ["Simulated cohort: no number comes from a patient."] if result.simulated else []
    table = next(table for table in result.tables if table.name == "table_3")
    return head + [
        f"{row.label:<18} AUC {row.cells['auc'].value:.3f}, paper {row.cells['auc'].paper}, "
        f"expected {row.cells['auc'].expected}"
        for row in table.rows
    ]
