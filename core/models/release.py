"""A new model folder: whole or not at all, and never in the place of another."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

from core.errors import UsageError
from core.models.card import CARD, ModelCard, read_card, write_card
from core.models.integrity import refuse_altered, sha256
from core.models.likeness import LIKENESS, Likeness, write_likeness
from core.risk.estimate import RiskModels
from core.risk.risk_json import RISK, write_risk_models
from core.writing import in_one_step, writing_to

_NETWORKS = "*.safetensors"


@contextmanager
def new_model_folder(folder: Path) -> Iterator[Path]:
    """Unfinished folder beside, which becomes the model folder if all goes well.

    Raises
    ------
    UsageError
        The folder exists, or the one that is to hold it cannot be written to.
    """
    refuse_released(folder)
    with writing_to(folder.parent), in_one_step(folder) as partial:
        partial.mkdir()
        yield partial


def refuse_released(folder: Path) -> None:
    """Raise UsageError if there is such a folder, before work is put into another."""
    if folder.exists():
        raise UsageError(
            f"{folder.name} exists already; a released model never changes.",
            "Choose a new version and a new folder.",
        )


def release_with_other_risk(
    source: Path,
    folder: Path,
    *,
    risk: RiskModels,
    card: ModelCard,
    documents: Mapping[str, str] | None = None,
) -> ModelCard:
    """Card of a new folder: networks and golden output of another model, risk models of its own.

    card: all but the files.  documents: texts to stand beside, by file name.

    Raises
    ------
    ModelInvalidError
        The other model was altered: new hashes would hide it.
    UsageError
        The new folder exists or cannot be written to.
    """
    with _built_on(source, folder, card) as (partial, released):
        _copied((name for name in released if Path(name).match(_NETWORKS)), source, partial)
        write_risk_models(risk, partial / RISK)
        for name, text in (documents or {}).items():
            (partial / name).write_text(text, encoding="utf-8")
    return read_card(folder / CARD)


def release_with_likeness(
    source: Path, folder: Path, *, likeness: Likeness, card: ModelCard
) -> ModelCard:
    """Card of a new folder: all of another model, and a likeness of its own.

    card: all but the files.

    Raises
    ------
    ModelInvalidError
        The other model was altered: new hashes would hide it.
    UsageError
        The new folder exists or cannot be written to.
    """
    with _built_on(source, folder, card) as (partial, released):
        _copied(released, source, partial)
        write_likeness(likeness, partial / LIKENESS)
    return read_card(folder / CARD)


@contextmanager
def _built_on(
    source: Path, folder: Path, card: ModelCard
) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """New folder and files of an unaltered model; at the end the card is written, with hashes."""
    released = read_card(source / CARD).files
    refuse_altered(source, released)
    with new_model_folder(folder) as partial:
        yield partial, released
        files = {path.name: sha256(path) for path in sorted(partial.iterdir())}
        write_card(replace(card, files=files), partial / CARD)


def _copied(names: Iterable[str], source: Path, folder: Path) -> None:
    for name in names:
        copyfile(source / name, folder / name)
