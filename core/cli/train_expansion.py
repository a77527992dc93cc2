"""``train expansion DATA``: train the expansion head on finished segmentation networks.

Those are the runs of the same folder or, with ``--model``, the networks of a released model: a site
can train the head on its own outcomes in minutes.
"""

import argparse
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs
from core.cli.output import print_lines, shown_progress
from core.cli.runs import add_training, splits_of
from core.given import path_of

if TYPE_CHECKING:
    from core.training.expansion import SeenSlices


def add_parser(what: Verbs) -> None:
    """Register what is trained."""
    parser = what.add_parser("expansion", help="the expansion head, on labelled studies")
    add_training(parser)
    parser.add_argument(
        "--model",
        type=path_of,
        metavar="DIR",
        help="on the networks of this model; default: of the runs",
    )
    parser.add_argument(
        "--ablations", action="store_true", help="also without each of the ideas behind it"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the paths of the trained heads are printed."""
    from core.models.runtime import training_runtime
    from core.training.data import read_cohort
    from core.training.expansion import HeadRun, see, train_head
    from core.training.settings import ABLATIONS, EXPANSION_PRESETS, ablated
    from core.training.trained import EXPANSION, Trained

    cohort, runtime = read_cohort(arguments.data), training_runtime(arguments.device)
    settings = EXPANSION_PRESETS[arguments.preset]
    trained = Trained(arguments.out, arguments.model)
    variants = {EXPANSION: settings}
    if arguments.ablations:
        variants |= {name: ablated(settings, name) for name in ABLATIONS}
    with shown_progress() as progress:

        @lru_cache(maxsize=1)  # a gigabyte
        def seen_by(network: str) -> "SeenSlices":
            """All patients, by a network that runs one after another may share."""
            return see(
                cohort,
                trained.segmentation(network),
                settings,
                seed=arguments.seed,
                runtime=runtime,
                progress=progress,
            )

        for name, split in splits_of(arguments, cohort, steered=False).items():
            network = trained.segmentation_name(name)
            for variant, changed in variants.items():
                head = HeadRun(network, split, changed, arguments.seed)
                folder = trained.head_folder(name, variant)
                path = train_head(head, partial(seen_by, network), folder, runtime, progress)
                print_lines([str(path)])
    return 0
