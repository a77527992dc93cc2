"""``train classifier|hematoma DATA``: train a network, or one a fold of a cross-validation."""

import argparse

from core.cli.arguments import Verbs
from core.cli.output import print_lines, shown_progress
from core.cli.runs import add_training, splits_of

NETWORKS = ("classifier", "hematoma")


def add_parsers(what: Verbs) -> None:
    """Register what is trained."""
    for network in NETWORKS:
        parser = what.add_parser(network, help=f"the {network} network, on labelled studies")
        add_training(parser)
        if network == "hematoma":
            add_imagenet(parser)
        parser.set_defaults(run=run, network=network, imagenet=False)


def add_imagenet(parser: argparse.ArgumentParser) -> None:
    """Where the encoder of the segmentation starts."""
    parser.add_argument(
        "--imagenet", action="store_true", help="start from ImageNet weights installed here"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the paths of the trained weights are printed."""
    from core.models.runtime import training_runtime
    from core.training.data import read_cohort
    from core.training.settings import CLASSIFIER_PRESETS, HEMATOMA_PRESETS
    from core.training.train import TrainingRun, train

    cohort = read_cohort(arguments.data)
    presets = CLASSIFIER_PRESETS if arguments.network == "classifier" else HEMATOMA_PRESETS
    settings = presets[arguments.preset]
    imagenet = arguments.imagenet and arguments.network == "hematoma"  # also asked by a release
    runtime = training_runtime(arguments.device)
    for name, split in splits_of(arguments, cohort, steered=settings.patience is not None).items():
        folder = arguments.out / arguments.network / name
        run = TrainingRun(arguments.network, split, settings, arguments.seed, imagenet)
        with shown_progress() as progress:
            print_lines([str(train(run, cohort, folder, runtime, progress))])
    return 0
