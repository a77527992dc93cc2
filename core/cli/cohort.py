"""``cohort check|describe CSV``: what is wrong with a cohort's table, and who is in it."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs, add_json
from core.cli.output import print_json, print_lines, shown_progress
from core.cli.plan import add_definition
from core.cohort.expansion import DEFINITIONS
from core.given import path_of
from core.report.provenance import RESEARCH_USE

if TYPE_CHECKING:
    from core.cohort.describe import CohortDescription, VariableDescription
    from core.cohort.table import CohortTable

_GIVEN = "given"
_VOLUMES = (_GIVEN, "segmentation", "ellipsoid")
_WIDTHS = (34, 18, 18, 18, 7)


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("cohort", help="check and describe a cohort.csv")
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    check = what.add_parser("check", help="every problem with row, column and remedy")
    describe = what.add_parser("describe", help="counts, means and SDs by outcome")
    for each, run in ((check, run_check), (describe, run_describe)):
        each.add_argument(
            "table", type=path_of, metavar="CSV", help="cohort.csv, one row a patient"
        )
        add_volumes(each)
        add_json(each)
        each.set_defaults(run=run)
    add_definition(describe)


def run_check(arguments: argparse.Namespace) -> int:
    """Exit code 0; a table that cannot be used is refused once its problems are printed."""
    from core.cohort.in_words import problem_lines
    from core.cohort.table import refuse_if_unusable

    table = read_table(arguments.table, arguments.volumes)
    if arguments.json:
        print_json(
            {
                "patients": len(table.rows),
                "columns": table.columns,
                "usable": not table.refusals,
                "problems": [asdict(problem) for problem in table.problems],
            }
        )
    else:
        print_lines([*problem_lines(table.problems), _verdict(table)])
    refuse_if_unusable(table)
    return 0


def run_describe(arguments: argparse.Namespace) -> int:
    """Exit code 0; the description is printed."""
    from core.cohort.describe import describe
    from core.cohort.table import refuse_if_unusable

    table = read_table(arguments.table, arguments.volumes)
    refuse_if_unusable(table)
    description = describe(table, DEFINITIONS.get(arguments.definition))
    if arguments.json:
        print_json({"research_use": RESEARCH_USE, **asdict(description)})
    else:
        print_lines([*_description_lines(description), RESEARCH_USE])
    return 0


def add_volumes(parser: argparse.ArgumentParser) -> None:
    """How volumes are measured."""
    parser.add_argument(
        "--volumes",
        choices=_VOLUMES,
        default=_GIVEN,
        help="volumes as in the table, or measured on its masks; default given",
    )


def read_table(path: Path, volumes: str) -> "CohortTable":
    """Cohort of a table, its volumes as ``--volumes`` has it."""
    from core.cohort.read import read_cohort_table
    from core.cohort.volumes import MEASURES, measure_volumes

    table = read_cohort_table(path)
    if volumes == _GIVEN:
        return table
    with shown_progress() as progress:
        return measure_volumes(table, MEASURES[volumes], progress)


def _verdict(table: "CohortTable") -> str:
    refusals = len(table.refusals)
    warnings = len(table.problems) - refusals
    return (
        f"{table.path.name}: {len(table.rows)} patients; to mend: {refusals}; warnings: {warnings}"
    )


def _description_lines(description: "CohortDescription") -> list[str]:
    from core.cohort.in_words import patients_in_words

    return [
        patients_in_words(description),
        _line(("", "all", "expanded", "not expanded", "missing")),
        *(_variable_line(variable) for variable in description.variables),
        "mean ± SD, or count (% of those known)",
    ]


def _variable_line(variable: "VariableDescription") -> str:
    from core.cohort.in_words import summary_in_words

    name = variable.label if variable.level is None else f"{variable.label}: {variable.level}"
    summaries = variable.all, variable.expanded, variable.not_expanded
    return _line(
        (
            f"{name}, {variable.unit}" if variable.unit else name,
            *(summary_in_words(summary) for summary in summaries),
            str(variable.all.missing),
        )
    )


def _line(cells: Sequence[str]) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()
