"""What the networks of a cross-validation say of the patients that their fold held out.

Readings are kept beside the runs, ``readings/expansion-fold-1.json`` …, and made but once: labels
and numbers of slices, no image.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from core.domain import FloatArray, ModelIdentity
from core.models.card import WORDS, ImageScore, Thresholds, compose_card
from core.models.folder import Model
from core.models.runtime import Runtime
from core.models.torch_networks import torch_engine
from core.progress import Progress
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024
from core.training.data import Cohort
from core.training.expansion import HELD_OUT
from core.training.inserted import InsertedReading, read_inserted, unseen
from core.training.readings import Reading, read_patients
from core.training.train import read_run
from core.training.trained import EXPANSION, Trained
from core.writing import write_whole

_READINGS = "readings"

_inserted = TypeAdapter(tuple[InsertedReading, ...])


def read_held_out(
    trained: Trained,
    cohort: Cohort,
    thresholds: Thresholds,
    runtime: Runtime,
    progress: Progress,
) -> tuple[Reading, ...]:
    """Every patient, read by the networks of the fold that held the patient out.

    Raises
    ------
    UsageError
        There is no cross-validation, or the networks of a fold hold out different patients.
    """
    return tuple(
        chain.from_iterable(
            read_fold(trained, fold, cohort, thresholds, runtime, progress)
            for fold in trained.folds
        )
    )


def read_fold(
    trained: Trained,
    fold: str,
    cohort: Cohort,
    thresholds: Thresholds,
    runtime: Runtime,
    progress: Progress,
) -> tuple[Reading, ...]:
    """Held-out patients of one fold, read by its networks."""
    kept = _file(trained, EXPANSION, fold, thresholds)
    if not kept.exists():
        model = _model(trained, fold, thresholds, runtime)
        _keep(kept, _rows(read_patients(cohort, trained.held_out(fold), model, progress)))
    return _readings(json.loads(kept.read_bytes()))


def read_inserted_held_out(
    trained: Trained,
    cohort: Cohort,
    thresholds: Thresholds,
    runtime: Runtime,
    progress: Progress,
) -> tuple[InsertedReading, ...]:
    """What was put into the brains of all patients, read by the networks of the patients' fold."""
    return tuple(
        chain.from_iterable(
            read_fold_inserted(trained, fold, cohort, thresholds, runtime, progress)
            for fold in trained.folds
        )
    )


def read_fold_inserted(
    trained: Trained,
    fold: str,
    cohort: Cohort,
    thresholds: Thresholds,
    runtime: Runtime,
    progress: Progress,
) -> tuple[InsertedReading, ...]:
    """What was put into the brains of held-out patients, read by the networks of their fold."""
    kept = _file(trained, "inserted", fold, thresholds)
    if not kept.exists():
        model = _model(trained, fold, thresholds, runtime)
        readings = read_inserted(cohort, trained.held_out(fold), model, progress=progress)
        withheld = read_run(trained.runs / "hematoma" / fold).split.withheld_sites
        _keep(kept, [asdict(reading) for reading in unseen(readings, withheld)])
    return _inserted.validate_json(kept.read_bytes())


def read_heads(trained: Trained, variant: str) -> tuple[FloatArray, FloatArray] | None:
    """Scores on the logit scale and risks of held-out patients, by the heads of all folds.

    Of the slices with hematoma alone, and without the networks before: quick, and the same for all
    variants.  None if a fold has no such head.
    """
    files = [trained.head_folder(fold, variant) / HELD_OUT for fold in trained.folds]
    if not all(file.exists() for file in files):
        return None
    rows = [row for file in files for row in json.loads(file.read_bytes())]
    return np.array([row["score"] for row in rows]), np.array([row["risk"] for row in rows])


def _file(trained: Trained, what: str, fold: str, thresholds: Thresholds) -> Path:
    at = f"{thresholds.slice:.6f}-{thresholds.mask:g}-{thresholds.alone_ml}"
    return trained.runs / _READINGS / f"{what}-{fold}-{at}.json"


def _model(trained: Trained, fold: str, thresholds: Thresholds, runtime: Runtime) -> Model:
    """Networks as trained, with a card that says no more than inference needs."""
    words = dict.fromkeys(WORDS, "")
    card = compose_card(
        words | {"limits": ()},
        {
            "input": trained.input,
            "thresholds": thresholds,
            "ndl": NdlMap(0.0, 1.0),
            "image_score": ImageScore(0.5, ""),
            "metrics": {},
            "files": {},
        },
    )
    engine = torch_engine(*trained.networks(fold), runtime)
    return Model(ModelIdentity("", "", "", runtime.engine), card, engine, LEE_2024)


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
