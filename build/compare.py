"""Whether two bundles, or a file of each, are the same: python build/compare.py ONE OTHER."""

import hashlib
import sys
from pathlib import Path


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder, and where each link leads; of a file alone, its own."""
    files = [folder] if folder.is_file() else folder.rglob("*")
    return {
        path.relative_to(folder).as_posix(): (
            f"link to {path.readlink()}"
            if path.is_symlink()
            else hashlib.sha256(path.read_bytes()).hexdigest()
        )
        for path in files
        if path.is_symlink() or path.is_file()
    }


def differing(one: Path, other: Path) -> list[str]:
    """Files that are not the same in both, or not in both."""
    first, second = contents(one), contents(other)
    return sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
    )


if __name__ == "__main__":
    one, other = (Path(argument) for argument in sys.argv[1:])
    found = differing(one, other)
    sys.stdout.write("\n".join([*found, f"{len(found)} of {len(contents(one))} files differ", ""]))
    raise SystemExit(bool(found))
