"""What a user gives: the path in an argument, the content of a file, the text of a JSON file."""

import argparse
import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def path_of(text: str) -> Path:
    """Path of an argument; an empty one would mean the current folder.

    Raises
    ------
    argparse.ArgumentTypeError
        There is none.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing found, the path of a file or folder expected")
    return Path(text)


def content_of(path: Path) -> bytes:
    """Content of a file; a pipe or a device might never end.

    Raises
    ------
    OSError
        It cannot be read, or is no file.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "Is no file")
    return path.read_bytes()


def load_json(
    text: str | bytes, of_pairs: Callable[[list[tuple[str, Any]]], Any] | None = None
) -> Any:
    """Values of a JSON text; ``of_pairs`` makes each object of its names and values.

    Raises
    ------
    ValueError
        It is no JSON, or nested more deeply than can be read.
    """
    try:
        return json.loads(text, object_pairs_hook=of_pairs)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
