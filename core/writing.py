"""Files written whole or not at all, a word on why a folder cannot be written to, and what a killed
program left behind.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import UsageError

_UNFINISHED = ".unfinished-"
_EARLIER = (".site-",)  # as versions before called them
_SCRATCH = "hescope-"
_REPLACING = ".replacing"
_PATIENCE_S = 60.0  # replacing takes milliseconds
_LOCK = "lock"
_FILES = "files"
_ABANDONED_S = 24 * 3600.0  # what has no lock: nothing is a day in the writing


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
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=file.parent)  # mode 0600
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_together(
    contents: Mapping[str, bytes],
    folder: Path,
    *,
    obsolete: Collection[str] = (),
    private: Collection[str] = (),
) -> tuple[Path, ...]:
    """Write files, by name, to a folder that is there: all are written before the first replaces
    one of that name, and before files of the ``obsolete`` names go.  ``private`` ones are for this
    user alone.  Two that write at once do not mix their files: the last one stands.
    """
    with _unfinished_in(folder) as unfinished:
        written = [unfinished / name for name in contents]
        for path in written:
            path.touch(0o600 if path.name in private else 0o666)  # less what the user's mask says
            path.write_bytes(contents[path.name])
        with _locked(FileLock(folder / _REPLACING, _PATIENCE_S, mode=0o600, thread_local=False)):
            for name in obsolete:
                (folder / name).unlink(missing_ok=True)
            return tuple(path.replace(folder / path.name) for path in written)


@contextmanager
def alone_in(folder: Path, name: str) -> Iterator[None]:
    """Nobody else writes what is called so to the folder, which is made if need be.

    Raises
    ------
    UsageError
        Another program is at it, or the folder cannot be written to.
    """
    lock = FileLock(folder / f".{name}.in-use", mode=0o600, blocking=False, thread_local=False)
    with ExitStack() as held:
        with writing_to(folder):
            try:
                held.enter_context(_locked(lock))
            except Timeout as error:
                raise UsageError(
                    f"Found another HEscope that writes {name} to {folder.name}, none expected.",
                    "Wait for its end, or name another folder.",
                ) from error
        yield


@contextmanager
def _locked(lock: FileLock) -> Iterator[None]:
    """The lock is held, and its file is gone at the end; who waited for that one takes another."""
    with lock:
        try:
            yield
        finally:
            with suppress(OSError):  # Windows deletes it once it is let go
                Path(lock.lock_file).unlink()


@contextmanager
def in_one_step(target: Path) -> Iterator[Path]:
    """Where to make a file or folder, which takes its place once it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _unfinished_in(target.parent) as unfinished:
        made = unfinished / target.name
        yield made
        made.replace(target)


@contextmanager
def _unfinished_in(folder: Path) -> Iterator[Path]:
    """A folder inside, and so on the same disk: what is made there can be moved in one step.

    What a killed program left there goes.
    """
    _sweep(folder, _UNFINISHED)
    for left in chain.from_iterable(folder.glob(f"{name}*") for name in (_UNFINISHED, *_EARLIER)):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > _ABANDONED_S:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    with _held_folder(folder, _UNFINISHED) as made:
        yield made


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for a patient's files, for this user alone, gone at the end."""
    with _held_folder(Path(tempfile.gettempdir()), _SCRATCH) as files:
        yield files


def sweep_scratch() -> None:
    """Delete the temporary folders of programs that were killed."""
    _sweep(Path(tempfile.gettempdir()), _SCRATCH)


@contextmanager
def _held_folder(place: Path, prefix: str) -> Iterator[Path]:
    """A new folder for this user alone, gone at the end; ``_sweep`` finds what was killed."""
    # Windows keeps a file locked while any reader holds it; that must not hide a finished result.
    with (
        tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True) as made,
        FileLock(Path(made) / _LOCK, mode=0o600, thread_local=False),
    ):
        files = Path(made) / _FILES  # made once the lock is held: see _sweep
        files.mkdir(mode=0o700)
        yield files


def _sweep(place: Path, prefix: str) -> None:
    """Delete the held folders of programs that were killed.

    The operating system lets go of a program's locks when it ends in whatever way.  A folder that
    has no files yet may be one in the making, whose lock is not held yet: it stays.
    """
    for files in place.glob(f"{prefix}*/{_FILES}"):
        lock = files.parent / _LOCK
        if files.parent.is_symlink() or not lock.is_file():
            continue  # not ours
        with suppress(OSError, Timeout):
            with FileLock(lock, mode=0o600, blocking=False):
                shutil.rmtree(files, ignore_errors=True)
            if not files.exists():
                shutil.rmtree(files.parent)  # with its lock, which Windows keeps while it is held
