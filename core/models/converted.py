"""A model's networks as OpenVINO takes them: converted once, kept in the user's cache folder.

Kept there and not in the model folder: in float32, without which they would not answer as PyTorch
does, they are 107 MB, where the folder may have 90; a released folder never changes; and a site's
own models want the same.  Read in a tenth of the time that converting takes.  What is kept is
OpenVINO's own form, XML and raw numbers (nothing is ever unpickled), with the SHA-256 of each file:
that guards against damage.  The model's golden answers are asked for at each load besides.
"""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import openvino
from platformdirs import user_cache_path

from core.errors import ModelInvalidError
from core.given import load_json
from core.models.card import ModelCard
from core.models.folder import CLASSIFIER, HEMATOMA_NET
from core.models.integrity import refuse_altered, sha256
from core.writing import in_one_step

_FORM = "5"  # of what is kept; another one with each change of the conversion
_SUMS = "sha256.json"
_KEPT = 4  # models; beyond that the one goes that was not used for longest


class Converted(NamedTuple):
    """Classifier and U-Net in halves, cut where their arithmetic changes."""

    stem: openvino.Model
    classifier: openvino.Model
    encoder: openvino.Model
    decoder: openvino.Model


def cache_folder() -> Path:
    """Where converted networks are kept; whoever deletes it loses seconds, nothing else."""
    return user_cache_path("hescope", appauthor=False) / "networks"


def converted_networks(folder: Path, card: ModelCard) -> Converted:
    """Networks of a model folder, whose files are those of its card.

    Where the cache folder cannot be written to, they are converted each time.
    """
    kept = cache_folder() / _key(card)
    with suppress(OSError, ValueError, ModelInvalidError):  # none, or damaged: made anew
        refuse_altered(kept, load_json((kept / _SUMS).read_bytes()))
        os.utime(kept)
        return _read(kept)
    networks = _converted(folder, card)
    with suppress(OSError, RuntimeError):  # the second is OpenVINO's, of a full disk
        _keep(networks, kept)
    return networks


def _key(card: ModelCard) -> str:
    """Name of what is kept: of the same weights, made by the same program in the same way."""
    parts = (
        _FORM,
        openvino.get_version(),
        card.files[CLASSIFIER],
        card.files[HEMATOMA_NET],
        f"{card.input.classifier_px} {card.input.size_px}",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _read(kept: Path) -> Converted:
    core = openvino.Core()
    return Converted(*(core.read_model(kept / f"{name}.xml") for name in Converted._fields))


def _keep(networks: Converted, kept: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)  # damaged
    with in_one_step(kept) as partial:
        partial.mkdir()
        for name, network in networks._asdict().items():
            openvino.serialize(network, partial / f"{name}.xml")
        sums = {path.name: sha256(path) for path in sorted(partial.iterdir())}
        (partial / _SUMS).write_text(json.dumps(sums), encoding="utf-8")
    used = sorted(kept.parent.glob(f"*/{_SUMS}"), key=lambda sums: sums.parent.stat().st_mtime)
    for least in used[:-_KEPT]:
        shutil.rmtree(least.parent, ignore_errors=True)


def _converted(folder: Path, card: ModelCard) -> Converted:
    from core.models.conversion import converted  # noqa: PLC0415  torch and timm, for this alone

    return converted(folder, card)
