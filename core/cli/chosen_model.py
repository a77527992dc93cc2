"""The model that a call names."""

import argparse
from pathlib import Path

from core.assets import bundled_model
from core.models.folder import Model, load_model
from core.models.runtime import Runtime, choose_runtime


def chosen_folder(arguments: argparse.Namespace) -> Path:
    """Folder after ``--model``, or that of the bundled model."""
    folder: Path | None = arguments.model
    return bundled_model() if folder is None else folder


def chosen_runtime(arguments: argparse.Namespace) -> Runtime:
    """Runtime after ``--device`` and ``--engine``."""
    return choose_runtime(arguments.device, arguments.engine)


def chosen_model(arguments: argparse.Namespace) -> Model:
    """Model after ``--model``, on that runtime."""
    return load_model(chosen_folder(arguments), chosen_runtime(arguments))
