"""The files that come with HEscope, and the folder of what its user adds to them."""

from pathlib import Path

from platformdirs import user_data_path

from core.errors import ModelInvalidError

ASSETS = Path(__file__).resolve().parents[1] / "assets"
EXAMPLES = ASSETS / "examples"
_CARDS = "*/card.json"


def data_folder() -> Path:
    """The user's data folder, which an update leaves alone."""
    return user_data_path("hescope", appauthor=False)


def bundled_model() -> Path:
    """Folder of the newest model that comes with HEscope.

    Raises
    ------
    ModelInvalidError
        None came with this installation.
    """
    bundled = _bundled_models()
    if not bundled:
        raise ModelInvalidError(
            "Found no model in assets/models; expected at least one.",
            "Get the whole repository or bundle again, or name a folder with --model.",
        )
    return bundled[-1]


def model_folders() -> tuple[Path, ...]:
    """Folders of all models, newest last: those that come with HEscope, then the site's own."""
    return (*_bundled_models(), *own_models())


def own_models() -> tuple[Path, ...]:
    """Folders of the site's own models in the order in which they were made."""
    cards = sorted(own_models_folder().glob(_CARDS), key=lambda card: card.stat().st_mtime_ns)
    return tuple(card.parent for card in cards)


def own_models_folder() -> Path:
    """Where a site's own models lie."""
    return data_folder() / "models"


def _bundled_models() -> tuple[Path, ...]:
    folders = [card.parent for card in (ASSETS / "models").glob(_CARDS)]
    return tuple(sorted(folders, key=_version))


def _version(folder: Path) -> tuple[int, ...]:
    """Version at the end of a folder's name, so that 0.10.0 is newer than 0.9.0."""
    numbers = folder.name.rpartition("-")[2].split(".")
    return tuple(int(number) if number.isdigit() else -1 for number in numbers)
