"""``export RUNS DATA``: release trained networks as a model folder with card and golden output."""

import argparse
from pathlib import Path
from typing import Any

from core.cli.arguments import Verbs, add_data, add_device
from core.cli.output import print_json, shown_progress
from core.errors import UsageError
from core.given import load_json, path_of


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("export", help="release trained networks as a model folder")
    parser.add_argument(
        "runs",
        type=path_of,
        metavar="RUNS",
        help="folder that `train` wrote: all networks, all and folds",
    )
    add_data(parser)
    add_release(parser)
    parser.add_argument(
        "--out", type=path_of, required=True, metavar="DIR", help="new model folder"
    )
    add_device(parser)
    parser.set_defaults(run=run)


def add_release(parser: argparse.ArgumentParser) -> None:
    """What a release is called, and whose networks it builds on."""
    parser.add_argument(
        "--about", type=path_of, required=True, metavar="FILE.json", help="the words of the card"
    )
    parser.add_argument(
        "--model",
        type=path_of,
        metavar="DIR",
        help="whose networks the heads are trained on, if any",
    )
    parser.add_argument(
        "--classifier",
        type=path_of,
        metavar="DIR",
        help="a model whose classifier is released again, in place of the one in the runs",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the metrics of the released model are printed."""
    from core.models.runtime import training_runtime
    from core.training.data import read_cohort
    from core.training.export import export
    from core.training.trained import Trained

    with shown_progress() as progress:
        card = export(
            Trained(arguments.runs, arguments.model, arguments.classifier),
            read_cohort(arguments.data),
            read_words(arguments.about),
            arguments.out,
            runtime=training_runtime(arguments.device),
            progress=progress,
        )
    print_json(card.metrics)
    return 0


def read_words(path: Path) -> dict[str, Any]:
    """Words of a card; UsageError where there are none."""
    remedy = "Name a file with the words of the card; assets/models/about.json is an example."
    try:
        words = load_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error  # without its path
        raise UsageError(f"{path.name} cannot be read as JSON ({reason}).", remedy) from error
    if not isinstance(words, dict):
        raise UsageError(f"{path.name} holds no object, expected names and texts.", remedy)
    return words
