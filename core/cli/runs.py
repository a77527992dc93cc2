"""Arguments that all training shares, and the runs that they ask for."""

import argparse
from typing import TYPE_CHECKING

from core.cli.arguments import add_data, add_device, refuse_negative_seed
from core.errors import UsageError
from core.given import path_of

if TYPE_CHECKING:
    from core.training.data import Cohort
    from core.training.splits import Split

PRESETS = ("paper", "cpu", "cuda", "smoke")


def add_training(parser: argparse.ArgumentParser) -> None:
    """Add the data, where the runs are kept, settings, folds, seed and device."""
    add_data(parser)
    parser.add_argument(
        "--out",
        type=path_of,
        required=True,
        metavar="RUNS",
        help="folder of runs; goes on if begun",
    )
    parser.add_argument(
        "--preset", choices=PRESETS, default="paper", help="settings; default: the paper's"
    )
    parser.add_argument("--folds", type=int, metavar="K", help="cross-validate by patient instead")
    parser.add_argument("--fold", type=int, metavar="N", help="only this one of the folds")
    parser.add_argument("--seed", type=int, default=0)
    add_device(parser)


def splits_of(
    arguments: argparse.Namespace, cohort: "Cohort", *, steered: bool
) -> "dict[str, Split]":
    """Runs to make, by the names of their folders."""
    from core.training.splits import cross_validation, table_split
    from core.training.train import ALL

    _refuse_impossible_folds(arguments.folds, arguments.fold, len(cohort.names))
    refuse_negative_seed(arguments.seed)
    if arguments.folds is None:
        return {ALL: table_split(cohort)}
    folds = cross_validation(cohort, arguments.folds, seed=arguments.seed, steered=steered)
    return {
        f"fold-{number}": split
        for number, split in enumerate(folds, start=1)
        if arguments.fold in (None, number)
    }


def _refuse_impossible_folds(folds: int | None, fold: int | None, patients: int) -> None:
    if folds is None and fold is not None:
        raise UsageError("--fold without --folds found.", "Add --folds K, or leave --fold out.")
    if folds is not None and not 2 <= folds <= patients:
        raise UsageError(
            f"--folds {folds} found, 2 to {patients} (the patients) expected.",
            "Three folds are usual.",
        )
    if folds is not None and fold is not None and not 1 <= fold <= folds:
        raise UsageError(
            f"--fold {fold} found, 1 to {folds} expected.", "Leave --fold out to train all."
        )
