"""What the networks of a cross-validation say of the patients that their fold held out.

Readings are kept beside the runs, ``readings/expansion-fold-1.json`` …, and made but once: labels
and numbers of slices, no image.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
from pydantic import TypeAdapter

from core.domain import FloatArray, ModelIdentity
from core.models.card import WORDS, ImageScore, Thresholds, compose_card
from core.models.folder import Model
from core.models.runtime import Runtime
from core.models.torch_networks import torch_engine
from core.progress import Progress, silent
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
_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Patients of a cohort, each to be read by the networks of the fold that held them out."""

    trained: Trained
    cohort: Cohort
    thresholds: Thresholds
    runtime: Runtime
    progress: Progress = silent

    def patients(self) -> tuple[Reading, ...]:
        """Every patient.

        Raises
        ------
        UsageError
            There is no cross-validation, or the networks of a fold hold out different patients.
        """
        return self._read(EXPANSION, self._patients, _readings)

    def inserted(self) -> tuple[InsertedReading, ...]:
        """What was put into the brains of all patients; errors as of ``patients``."""
        return self._read("inserted", self._inserted, _inserted.validate_json)

    def _read(
        self,
        what: str,
        made: Callable[[str], Sequence[Reading | InsertedReading]],
        kept: Callable[[bytes], tuple[_One, ...]],
    ) -> tuple[_One, ...]:
        """Of all folds; what was read before is not read again."""
        at = f"{self.thresholds.slice:.6f}-{self.thresholds.mask:g}-{self.thresholds.alone_ml}"
        rows: list[_One] = []
        for fold in self.trained.folds:
            file = self.trained.runs / _READINGS / f"{what}-{fold}-{at}.json"
            if not file.exists():
                file.parent.mkdir(exist_ok=True)
                content = json.dumps([asdict(one) for one in made(fold)], default=np.ndarray.tolist)
                write_whole(file, content.encode())
            rows += kept(file.read_bytes())
        return tuple(rows)

    def _patients(self, fold: str) -> Sequence[Reading]:
        held_out = self.trained.held_out(fold)
        return read_patients(self.cohort, held_out, self._model(fold), self.progress)

    def _inserted(self, fold: str) -> Sequence[InsertedReading]:
        held_out = self.trained.held_out(fold)
        readings = read_inserted(self.cohort, held_out, self._model(fold), progress=self.progress)
        withheld = read_run(self.trained.runs / "hematoma" / fold).split.withheld_sites
        return unseen(readings, withheld)

    def _model(self, fold: str) -> Model:
        """Networks as trained, with a card that says no more than inference needs."""
        card = compose_card(
            dict.fromkeys(WORDS, "") | {"limits": ()},
            {
                "input": self.trained.input,
                "thresholds": self.thresholds,
                "ndl": NdlMap(0.0, 1.0),
                "image_score": ImageScore(0.5, ""),
                "metrics": {},
                "files": {},
            },
        )
        engine = torch_engine(*self.trained.networks(fold), self.runtime)
        return Model(ModelIdentity("", "", "", self.runtime.engine), card, engine, LEE_2024)


def _readings(kept: bytes) -> tuple[Reading, ...]:
    """Readings as JSON has them; lists are arrays."""

    def value(of: Any) -> Any:
        return np.array(of) if isinstance(of, list) else of

    return tuple(
        Reading(**{name: value(of) for name, of in row.items()}) for row in json.loads(kept)
    )


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
