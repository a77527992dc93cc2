"""Files written whole or not at all, and a word on why a folder cannot be written to."""

import os
import tempfile
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


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that is whole or as it was before, for this user alone to read.

    Two that write at once never share an unfinished file: the last one stands.
    """
    handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=file.parent)  # mode 0600
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
