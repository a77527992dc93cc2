"""``train likeness DATA``: a released model that also knows what its training slices look like."""

import argparse
from dataclasses import replace

from core.cli.arguments import Verbs, add_data, add_device
from core.cli.new_model import add_new_model, new_model
from core.cli.output import print_lines, shown_progress


def add_parser(what: Verbs) -> None:
    """Register what to learn."""
    parser = what.add_parser(
        "likeness", help="what training slices look like to a model, as a new model folder"
    )
    add_data(parser)
    add_new_model(parser)
    add_device(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the model folder is written."""
    new = new_model(arguments)

    from core.models.folder import load_model
    from core.models.release import release_with_likeness
    from core.models.runtime import choose_runtime
    from core.study.new_model import read_released
    from core.training.data import read_cohort
    from core.training.likeness import training_likeness

    card, cohort = read_released(new), read_cohort(arguments.data)
    engine = load_model(new.source, choose_runtime(arguments.device)).engine
    with shown_progress() as progress:
        likeness = training_likeness(engine, card.input, cohort, cohort.split("train"), progress)
    card = replace(card, name=new.name, version=new.version, created=new.created.isoformat())
    release_with_likeness(new.source, new.folder, likeness=likeness, card=card)
    print_lines([f"Written to {new.folder}"])
    return 0
