"""``train classifier|hematoma DATA``: train a network, or one a fold of a cross-validation.

``train risk`` is ``core.cli.train_risk``.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli import train_risk
from core.cli.arguments import Verbs, add_data, add_device, refuse_negative_seed
from core.cli.output import print_lines, shown_progress
from core.errors import UsageError

if TYPE_CHECKING:
    from core.training.data import Cohort
    from core.training.settings import TrainingSettings
    from core.training.splits import Split

NETWORKS = ("classifier", "hematoma")
PRESETS = ("paper", "cpu", "cuda", "smoke")
ABLATIONS = ("patient-label", "image-branch-alone", "bottleneck-alone", "no-consistency")


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("train", help="train a network, or risk models on a cohort")
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    for network in NETWORKS:
        _add_network(what, network)
    train_risk.add_parser(what)


def _add_network(what: Verbs, network: str) -> None:
    parser = what.add_parser(network, help=f"the {network} network, on labelled studies")
    add_data(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="RUNS", help="folder of runs; goes on if begun"
    )
    parser.add_argument(
        "--preset", choices=PRESETS, default="paper", help="settings; default: the paper's"
    )
    parser.add_argument("--folds", type=int, metavar="K", help="cross-validate by patient instead")
    parser.add_argument("--fold", type=int, metavar="N", help="only this one of the folds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--imagenet", action="store_true", help="start from ImageNet weights installed here"
    )
    if network == "hematoma":
        parser.add_argument(
            "--ablation", choices=ABLATIONS, help="train the head of finished runs without an idea"
        )
    add_device(parser)
    parser.set_defaults(run=run, network=network, ablation=None)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the paths of the trained weights are printed."""
    from core.models.engine import choose_runtime
    from core.training.ablations import FOLDER, begin_ablation
    from core.training.data import read_cohort
    from core.training.settings import CLASSIFIER_PRESETS, HEMATOMA_PRESETS
    from core.training.train import TrainingRun, train

    cohort = read_cohort(arguments.data)
    presets = CLASSIFIER_PRESETS if arguments.network == "classifier" else HEMATOMA_PRESETS
    settings = presets[arguments.preset]
    runtime = choose_runtime(arguments.device)
    for name, split in _splits(arguments, cohort, settings).items():
        folder = arguments.out / arguments.network / name
        if arguments.ablation:
            finished, folder = folder, arguments.out / FOLDER / arguments.ablation / name
            run = begin_ablation(finished, arguments.ablation, folder)
        else:
            run = TrainingRun(
                arguments.network, split, settings, arguments.seed, arguments.imagenet
            )
        with shown_progress() as progress:
            print_lines([str(train(run, cohort, folder, runtime, progress))])
    return 0


def _splits(
    arguments: argparse.Namespace, cohort: "Cohort", settings: "TrainingSettings"
) -> "dict[str, Split]":
    """Runs to make, by the names of their folders."""
    from core.training.splits import cross_validation, table_split
    from core.training.train import ALL

    _refuse_impossible_folds(arguments.folds, arguments.fold, len(cohort.names))
    refuse_negative_seed(arguments.seed)
    if arguments.folds is None:
        return {ALL: table_split(cohort)}
    steered = settings.patience is not None
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
