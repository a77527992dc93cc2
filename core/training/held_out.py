"""What the networks of a cross-validation say of the patients that their fold held out.

Readings are kept beside the runs, ``readings/real-fold-1.json`` …, and made but once: labels and
numbers of slices, no image.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from safetensors.torch import load_file

from core.domain import ModelIdentity
from core.errors import UsageError
from core.models.card import WORDS, ImageScore, Thresholds, compose_card
from core.models.engine import Engine, Runtime
from core.models.folder import Model
from core.models.networks import HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.progress import Progress
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024
from core.training.ablations import FOLDER
from core.training.data import Cohort
from core.training.inserted import InsertedReading, read_inserted, unseen
from core.training.readings import Reading, read_patients
from core.training.train import ALL, NETWORK, read_run
from core.writing import write_whole

MASK_THRESHOLD = 0.5
_READINGS = "readings"
_SLICE_THRESHOLD = 0.5
"""For what is read once and for all: the released one is chosen from these very readings."""

_inserted = TypeAdapter(tuple[InsertedReading, ...])


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Readings of held-out patients, and of hematomas and look-alikes put into their brains."""

    real: tuple[Reading, ...]
    inserted: tuple[InsertedReading, ...]


def read_held_out(runs: Path, cohort: Cohort, runtime: Runtime, progress: Progress) -> HeldOut:
    """Every patient, read by the networks of the fold that held the patient out.

    Raises
    ------
    UsageError
        There is no cross-validation, or the folds of the two networks differ.
    """
    folds = folds_of(runs)
    real = [read_fold(runs, fold, cohort, runtime, progress) for fold in folds]
    inserted = [read_fold_inserted(runs, fold, cohort, runtime, progress) for fold in folds]
    return HeldOut(tuple(chain(*real)), tuple(chain(*inserted)))


def folds_of(runs: Path) -> list[str]:
    """Names of the folds of a folder of runs."""
    folds = sorted(path.name for path in (runs / "classifier").glob("fold-*"))
    if not folds:
        raise UsageError(
            f"Found no cross-validation in {runs.name}; thresholds need patients not trained on.",
            "Run `python -m core train` for both networks with --folds 3 as well.",
        )
    return folds


def read_fold(
    runs: Path,
    fold: str,
    cohort: Cohort,
    runtime: Runtime,
    progress: Progress,
    *,
    ablation: str | None = None,
) -> tuple[Reading, ...]:
    """Held-out patients of one fold, read by its networks or those of an ablation of it."""
    kept = runs / _READINGS / f"{ablation or 'real'}-{fold}.json"
    if not kept.exists():
        hematoma = runs / FOLDER / ablation / fold if ablation else None
        model = fold_model(runs, fold, runtime, hematoma=hematoma)
        readings = read_patients(cohort, _held_out(runs, fold), model, progress)
        _keep(kept, _rows(readings))
    return _readings(json.loads(kept.read_bytes()))


def read_fold_inserted(
    runs: Path, fold: str, cohort: Cohort, runtime: Runtime, progress: Progress
) -> tuple[InsertedReading, ...]:
    """What was put into the brains of held-out patients, read by the networks of their fold."""
    kept = runs / _READINGS / f"inserted-{fold}.json"
    if not kept.exists():
        model = fold_model(runs, fold, runtime)
        readings = read_inserted(cohort, _held_out(runs, fold), model, progress=progress)
        withheld = read_run(runs / "hematoma" / fold).split.withheld_sites
        _keep(kept, [asdict(reading) for reading in unseen(readings, withheld)])
    return _inserted.validate_json(kept.read_bytes())


def read_ablation(
    runs: Path, name: str, cohort: Cohort, runtime: Runtime, progress: Progress
) -> tuple[Reading, ...]:
    """Held-out patients read by the networks of an ablation; none if it was not trained."""
    folds = folds_of(runs)
    if not all((runs / FOLDER / name / fold / NETWORK).exists() for fold in folds):
        return ()
    return tuple(
        reading
        for fold in folds
        for reading in read_fold(runs, fold, cohort, runtime, progress, ablation=name)
    )


def _held_out(runs: Path, fold: str) -> tuple[str, ...]:
    patients = read_run(runs / "hematoma" / fold).split.held_out
    if read_run(runs / "classifier" / fold).split.held_out != patients:
        raise UsageError(
            f"The two networks of {fold} hold out different patients; expected the same.",
            "Train both on the same data with the same --seed and --folds.",
        )
    return patients


def fold_model(runs: Path, fold: str, runtime: Runtime, *, hematoma: Path | None = None) -> Model:
    """Networks as trained, with a card that says no more than inference needs.

    hematoma: another run of the hematoma network than that of the fold.
    """
    networks = trained_networks(runs, fold, hematoma)
    words = dict.fromkeys(WORDS, "")
    card = compose_card(
        words | {"limits": ()},
        {
            "input": input_of(runs),
            "thresholds": Thresholds(_SLICE_THRESHOLD, MASK_THRESHOLD, ""),
            "ndl": NdlMap(0.0, 1.0),
            "image_score": ImageScore(0.5, ""),
            "metrics": {},
            "files": {},
        },
    )
    return Model(ModelIdentity("", "", ""), card, Engine(*networks, runtime), LEE_2024)


def trained_networks(
    runs: Path, name: str, hematoma: Path | None = None
) -> tuple[SliceClassifier, HematomaNet]:
    """Both networks of a fold, or of all."""
    classifier, hematoma_net = SliceClassifier(), HematomaNet()
    classifier.load_state_dict(load_file(runs / "classifier" / name / NETWORK))
    hematoma_net.load_state_dict(load_file((hematoma or runs / "hematoma" / name) / NETWORK))
    return classifier, hematoma_net


def input_of(runs: Path) -> InputSpec:
    """Image sizes on which the networks finished their training."""
    last = {
        network: read_run(runs / network / ALL).settings.stages[-1].size_px
        for network in ("classifier", "hematoma")
    }
    return InputSpec(size_px=last["hematoma"], classifier_px=last["classifier"])


def _keep(path: Path, content: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    write_whole(path, json.dumps(content).encode())


def _rows(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """Readings as JSON has them; arrays as lists."""
    return [
        {
            field.name: value.tolist() if isinstance(value, np.ndarray) else value
            for field in fields(reading)
            for value in [getattr(reading, field.name)]
        }
        for reading in readings
    ]


def _readings(rows: Sequence[dict[str, Any]]) -> tuple[Reading, ...]:
    def value(kept: Any) -> Any:
        return np.array(kept) if isinstance(kept, list) else kept

    return tuple(Reading(**{name: value(kept) for name, kept in row.items()}) for row in rows)
