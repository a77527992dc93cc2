"""A folder that is written to, or a word on why it cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UsageError


@contextmanager
def writing_to(folder: Path, *, then: str = "") -> Iterator[None]:
    """The folder is there while it is written to.

    then: what follows once it can be written to, as the end of a sentence.

    Raises
    ------
    UsageError
        It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise UsageError(
            f"The folder {folder.name} cannot be written to: {error.strerror}.",
            f"Name another folder, or free space on the disk{then}.",
        ) from error
