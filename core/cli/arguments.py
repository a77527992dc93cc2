"""Arguments that several verbs have in common."""

import argparse
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a verb registers its parser."""


def add_study(parser: argparse.ArgumentParser) -> None:
    """The study to work on."""
    parser.add_argument(
        "study", type=Path, metavar="PATH", help="folder, zip archive or NIfTI file of a head CT"
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """Which model, and where its networks run."""
    parser.add_argument("--model", type=Path, metavar="DIR", help="model folder; default bundled")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Output for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
