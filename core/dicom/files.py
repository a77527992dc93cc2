"""The files of a study's folder."""

import os
from pathlib import Path


def files_below(folder: Path) -> tuple[list[Path], int]:
    """All files in a folder and its subfolders, in order, and how many folders may not be read.

    A file is its own only one.
    """
    if folder.is_file():
        return [folder], 0
    locked: list[OSError] = []
    walked = os.walk(folder, onerror=locked.append)
    paths = sorted(Path(place, name) for place, _, names in walked for name in names)
    return paths, len(locked)
