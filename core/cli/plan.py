"""Arguments that say how a study is done."""

import argparse

from core.cli.arguments import refuse_negative_seed
from core.cohort.expansion import DEFINITIONS
from core.errors import UsageError
from core.study.plan import ENTRY_P, MISSING_VALUES, N_IMPUTATIONS, N_RESAMPLES, Plan


def add_definition(parser: argparse.ArgumentParser) -> None:
    """What counts as expansion."""
    parser.add_argument(
        "--definition",
        choices=DEFINITIONS,
        help="take outcomes from volumes by this; default: column expanded, else conventional",
    )


def add_plan(parser: argparse.ArgumentParser) -> None:
    """Outcome, missing values and seed."""
    add_definition(parser)
    parser.add_argument(
        "--missing",
        choices=MISSING_VALUES,
        default="complete-cases",
        help="fit models to patients of whom all is known (default, as the paper), or impute what "
        f"is unknown {N_IMPUTATIONS} times; tests are always on patients of whom all is known",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help="of the split, where the table gives none, of imputations and of the bootstrap",
    )


def add_selection_and_bootstrap(parser: argparse.ArgumentParser) -> None:
    """What is reported beside the models."""
    parser.add_argument(
        "--entry-p",
        type=float,
        default=ENTRY_P,
        metavar="P",
        help=f"forward selection enters a variable below this p; default {ENTRY_P:g}",
    )
    parser.add_argument(
        "--bootstrap",
        type=int,
        default=N_RESAMPLES,
        metavar="N",
        help=f"resamples to correct for optimism, 0 for none; default {N_RESAMPLES}",
    )


def planned(arguments: argparse.Namespace) -> Plan:
    """Plan of a call.

    Raises
    ------
    UsageError
        A number lies outside its range.
    """
    entry_p = getattr(arguments, "entry_p", ENTRY_P)
    n_resamples = getattr(arguments, "bootstrap", N_RESAMPLES)
    refuse_negative_seed(arguments.seed)
    if not 0 < entry_p <= 1:
        raise UsageError(
            f"--entry-p {entry_p:g} found, above 0 and up to 1 expected.",
            f"{ENTRY_P:g} is usual; 1 enters every variable.",
        )
    if n_resamples < 0:
        raise UsageError(
            f"--bootstrap {n_resamples} found, 0 or more expected.",
            f"{N_RESAMPLES} is usual; 0 leaves the bootstrap out.",
        )
    return Plan(
        DEFINITIONS.get(arguments.definition),
        arguments.missing,
        entry_p,
        n_resamples,
        arguments.seed,
    )
