"""``train release DATA``: a released model from data in one call, by the verbs that do its parts.

All networks on the patients of the split "train", the same in each fold of a cross-validation, the
expansion head also without each of its ideas, then ``export``.  Goes on where it stopped.
"""

import argparse

from core.cli import export, train_expansion, train_network
from core.cli.arguments import Verbs
from core.cli.runs import add_training
from core.cli.train_network import NETWORKS, add_imagenet
from core.given import path_of


def add_parser(what: Verbs) -> None:
    """Register what is trained."""
    parser = what.add_parser("release", help="all of a model, cross-validated, and its folder")
    add_training(parser)
    add_imagenet(parser)
    export.add_release(parser)
    parser.add_argument(
        "--to", type=path_of, required=True, metavar="MODEL", help="new model folder"
    )
    parser.set_defaults(run=run, folds=3)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the paths of the trained weights and the metrics of the model are printed."""
    from core.models.release import refuse_released

    export.read_words(arguments.about)  # refused now rather than after hours
    refuse_released(arguments.to)
    for folds in (None, arguments.folds):
        if arguments.model is None:
            for network in NETWORKS:
                train_network.run(_with(arguments, folds=folds, network=network))
        train_expansion.run(_with(arguments, folds=folds, ablations=folds is not None))
    return export.run(_with(arguments, runs=arguments.out, out=arguments.to))


def _with(arguments: argparse.Namespace, **changes: object) -> argparse.Namespace:
    return argparse.Namespace(**vars(arguments) | changes)
