"""Arguments that several verbs have in common."""

import argparse
from typing import TypeAlias

from core.domain import Asked
from core.errors import UsageError
from core.given import path_of
from core.models.runtime import PRECISE

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a verb registers its parser."""


def add_study(parser: argparse.ArgumentParser) -> None:
    """The study to work on."""
    parser.add_argument(
        "study", type=path_of, metavar="PATH", help="folder, zip archive or NIfTI file of a head CT"
    )


def add_asked(parser: argparse.ArgumentParser) -> None:
    """What is to be taken where there is a choice."""
    parser.add_argument("--series", metavar="UID", help="series to take; default the best")
    parser.add_argument(
        "--patient",
        type=int,
        metavar="NUMBER",
        help="patient to take where the folder holds several, as `series` numbers them",
    )
    add_child(parser)


def add_child(parser: argparse.ArgumentParser) -> None:
    """Whether a child is assessed."""
    parser.add_argument(
        "--child",
        action="store_true",
        help="assess a patient under 19 too, for whom the models were not made; outputs say so",
    )


def asked(arguments: argparse.Namespace) -> Asked:
    """Answers to ``add_asked``."""
    return Asked(arguments.series, arguments.patient, arguments.child)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Which model, and where its networks run."""
    parser.add_argument(
        "--model", type=path_of, metavar="DIR", help="model folder; default bundled"
    )
    add_device(parser)
    parser.add_argument(
        "--engine",
        choices=("auto", *PRECISE),
        default="auto",
        help="what runs the networks; auto is the fastest here that answers as pytorch-float32",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Where networks run."""
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="where networks run; auto is CUDA where there is one",
    )


def add_irregular(parser: argparse.ArgumentParser) -> None:
    """The shape of the hematoma as a reader saw it."""
    parser.add_argument(
        "--irregular",
        choices=("yes", "no"),
        help="shape of the hematoma as a reader saw it; default not read",
    )


def irregular(arguments: argparse.Namespace) -> bool | None:
    """Answer to ``add_irregular``, None where there is none."""
    return None if arguments.irregular is None else arguments.irregular == "yes"


def add_data(parser: argparse.ArgumentParser) -> None:
    """Labelled studies."""
    parser.add_argument(
        "data",
        type=path_of,
        metavar="DATA",
        help="folder with patients.csv, slices.csv and *_ct.nii.gz, *_seg.nii.gz",
    )


def refuse_negative_seed(seed: int) -> None:
    """Raise UsageError for a seed that no generator takes."""
    if seed < 0:
        raise UsageError(f"--seed {seed} found, 0 or more expected.", "0 is as good.")


def count_of(text: str) -> int:
    """Whole number of an argument, 1 or more.

    Raises
    ------
    argparse.ArgumentTypeError
        It is none.
    """
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} found, a whole number of 1 or more expected")
    return int(text)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Output for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
