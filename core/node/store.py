"""Where a node keeps its studies: one folder for this user alone, and nothing outside it.

``studies/<study>/images/<image>.dcm`` as received, ``studies/<study>/results/<key>/`` as assessed
(``core.node.results``); ``arriving`` holds images that are being written, ``discarded`` studies
that are being deleted.
Names are hashes of UIDs; ``key`` is one of images and model, so that the same is never made twice.
"""

import hashlib
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from core.assets import data_folder
from core.errors import UsageError
from core.writing import write_whole

DATABASE = "node.sqlite3"
OBJECTS = "objects"
"""Folder, among the results, of the DICOM objects that are sent."""
_ARRIVING = "arriving"  # apart from the images, of which a study is what lies in its folder
_DISCARDED = "discarded"
_ABANDONED_S = 3600.0  # nothing arrives for so long
_NAME_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of a node; see the module for what lies where."""

    folder: Path

    @property
    def database(self) -> Path:
        """File of the node's state."""
        return self.folder / DATABASE

    def study(self, study_uid: str) -> Path:
        """Folder of a study."""
        return self.folder / "studies" / _name(study_uid)

    def images(self, study_uid: str) -> Path:
        """Folder of a study's images as received."""
        return self.study(study_uid) / "images"

    def _image(self, study_uid: str, image_uid: str) -> Path:
        return self.images(study_uid) / f"{_name(image_uid)}.dcm"

    def results(self, study_uid: str, key: str) -> Path:
        """Folder of what was made of a study's images."""
        return self.study(study_uid) / "results" / key

    def objects(self, study_uid: str, key: str) -> tuple[Path, ...]:
        """The DICOM objects made of a study, in the order in which they are sent."""
        return tuple(sorted((self.results(study_uid, key) / OBJECTS).glob("*.dcm")))

    def studies(self) -> tuple[Path, ...]:
        """Folders of all studies."""
        return tuple(sorted((self.folder / "studies").glob("*")))

    def free_bytes(self) -> int:
        """Bytes that the disk has left."""
        return shutil.disk_usage(self.folder).free

    def holds(self, study_uid: str, image_uid: str, content: bytes) -> bool:
        """Whether this very image is there."""
        file = self._image(study_uid, image_uid)
        return file.is_file() and file.read_bytes() == content

    def has(self, study_uid: str, image_uid: str) -> bool:
        """Whether an image of this UID is there."""
        return self._image(study_uid, image_uid).is_file()

    def keep(self, study_uid: str, image_uid: str, content: bytes) -> None:
        """Write an image, which is on the disk when this returns.

        Raises OSError where it cannot be written; then what was there before stands.
        """
        arriving = self.folder / _ARRIVING / f"{secrets.token_hex(8)}.dcm"
        for folder in (arriving.parent, self.images(study_uid)):
            make_private(folder, self.folder)
        try:
            write_whole(arriving, content)
            _flush(arriving)
            file = arriving.replace(self._image(study_uid, image_uid))
        finally:
            arriving.unlink(missing_ok=True)
        _flush(file)

    def discard(self, study_uid: str) -> None:
        """Take a study out of the store in one step; ``sweep_discarded`` deletes its files."""
        discarded = self.folder / _DISCARDED / secrets.token_hex(8)
        make_private(discarded.parent, self.folder)
        if self.study(study_uid).is_dir():
            self.study(study_uid).replace(discarded)

    def sweep_discarded(self) -> None:
        """Delete studies that were taken out of the store."""
        for left in (self.folder / _DISCARDED).glob("*"):
            shutil.rmtree(left, ignore_errors=True)  # what is in use now goes the next time

    def sweep(self) -> None:
        """Delete what a killed program left of images that were arriving."""
        for left in (self.folder / _ARRIVING).glob("*"):
            if time.time() - left.stat().st_mtime > _ABANDONED_S:
                left.unlink(missing_ok=True)

    def images_sha256(self, study_uid: str) -> str:
        """SHA-256 of a study's images, whatever the order in which they came."""
        digest = hashlib.sha256()
        for file in sorted(self.images(study_uid).glob("*.dcm")):
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


def default_folder() -> Path:
    """Where the node of this user keeps its studies unless told otherwise."""
    return data_folder() / "node"


def open_store(folder: Path) -> Store:
    """The store in a folder, which is made if need be and closed to other users.

    Raises
    ------
    UsageError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        make_private(folder / "studies", folder)
    except OSError as error:
        raise UsageError(
            f"The store {folder.name} cannot be made: {error.strerror}.", "Name another folder."
        ) from error
    return Store(folder.resolve())


def make_private(folder: Path, root: Path) -> None:
    """Make a folder and those above it, up to a root that is there, for this user alone."""
    if folder == root or folder.is_dir():
        return
    make_private(folder.parent, root)
    folder.mkdir(mode=0o700, exist_ok=True)


def _name(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:_NAME_LENGTH]


def _flush(file: Path) -> None:
    """Have a file and its name on the disk: whoever sent it may delete it now."""
    places = (file,) if os.name == "nt" else (file, file.parent)  # Windows opens no folders
    for place in places:
        handle = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
