"""The files that come with HEscope."""

from pathlib import Path

from core.errors import ModelInvalidError

ASSETS = Path(__file__).resolve().parents[1] / "assets"
EXAMPLES = ASSETS / "examples"


def bundled_model() -> Path:
    """Folder of the newest model that comes with HEscope.

    Raises
    ------
    ModelInvalidError
        None came with this installation.
    """
    folders = [card.parent for card in (ASSETS / "models").glob("*/card.json")]
    if not folders:
        raise ModelInvalidError(
            "Found no model in assets/models; expected at least one.",
            "Get the whole repository or bundle again, or name a folder with --model.",
        )
    return max(folders, key=_version)


def _version(folder: Path) -> tuple[int, ...]:
    """Version at the end of a folder's name, so that 0.10.0 is newer than 0.9.0."""
    numbers = folder.name.rpartition("-")[2].split(".")
    return tuple(int(number) if number.isdigit() else -1 for number in numbers)
