"""Whether the files of a model folder are those that its card names."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from core.errors import ModelInvalidError


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_altered(folder: Path, files: Mapping[str, str]) -> None:
    """Raise ModelInvalidError where a file is missing or has another SHA-256 than ``files`` say."""
    for name, expected in files.items():
        path = folder / name
        if not path.is_file() or sha256(path) != expected:
            found = "altered" if path.is_file() else "missing"
            raise ModelInvalidError(
                f"{name} of model {folder.name} is {found}; "
                "expected the file whose SHA-256 the card names.",
                "Copy the model folder again from its release.",
            )
