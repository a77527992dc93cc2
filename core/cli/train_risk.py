"""``train risk``: a site's own risk models, fitted to its cohort or recalibrated to it."""

import argparse
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs
from core.cli.new_model import add_new_model, new_model
from core.cli.output import print_lines
from core.cli.plan import add_plan, planned
from core.errors import UsageError
from core.given import path_of
from core.report.provenance import RESEARCH_USE

if TYPE_CHECKING:
    from core.models.card import ModelCard

_METHODS = ("intercept", "slope")


def add_parser(what: Verbs) -> None:
    """Register what to train."""
    parser = what.add_parser("risk", help="risk models of a cohort, as a new model folder")
    parser.add_argument(
        "--cohort", type=path_of, required=True, metavar="CSV", help="cohort.csv, one row a patient"
    )
    add_new_model(parser)
    parser.add_argument(
        "--recalibrate",
        choices=_METHODS,
        help="keep the model's terms; fit only the intercept, or intercept and slope",
    )
    add_plan(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the model folder is written; its validation is printed."""
    _refuse_contradiction(arguments)
    plan = planned(arguments)
    new = new_model(arguments)

    from core.cohort.read import read_cohort_table
    from core.study.fitted import fit_site_model
    from core.study.new_model import Site
    from core.study.recalibrated import recalibrate_site_model

    site = Site(read_cohort_table(arguments.cohort), plan)
    if arguments.recalibrate is None:
        card = fit_site_model(site, new)
    else:
        card = recalibrate_site_model(site, new, arguments.recalibrate)
    print_lines([*_summary(card), f"Written to {new.folder}", RESEARCH_USE])
    return 0


def _refuse_contradiction(arguments: argparse.Namespace) -> None:
    if arguments.recalibrate and arguments.missing != "complete-cases":
        raise UsageError(
            "--missing imputed found beside --recalibrate, expected one of the two.",
            "Recalibration moves a model on patients of whom all is known; leave --missing out.",
        )


def _summary(card: "ModelCard") -> list[str]:
    lines = [card.risk_models]
    for found in card.validation:
        low, high = found.auc_ci95 or (float("nan"), float("nan"))
        lines.append(
            f"  {found.model:<32} AUC {found.auc:.3f} [{low:.3f}, {high:.3f}], calibration "
            f"intercept {found.intercept:+.2f}, slope {found.slope:.2f}, {found.n} test patients"
        )
    return lines
