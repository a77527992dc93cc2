"""``risk.json`` of a model folder: the three risk models, read strictly."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, TypeAdapter, model_validator

from core.domain import FloatArray, ModelKind
from core.errors import ModelInvalidError
from core.given import content_of
from core.risk.estimate import RiskModels
from core.risk.image_variables import NDL
from core.risk.logistic import LogisticModel, Term
from core.risk.variables import GCS_RANGES, VARIABLES
from core.strict_json import read_strictly

RISK = "risk.json"  # its name in a model folder
SCHEMA = "hescope-risk/1"


def write_risk_models(models: RiskModels, path: Path) -> None:
    """Write risk models as JSON; numbers are kept to the last bit."""
    document = {"schema": SCHEMA, **asdict(models)}
    text = json.dumps(document, indent=2, allow_nan=False, default=np.ndarray.tolist)
    path.write_text(text + "\n", encoding="utf-8")


def read_risk_models(path: Path) -> RiskModels:
    """Risk models of a file; raises ModelInvalidError that names the field at fault."""
    try:
        content = content_of(path)
    except OSError as error:
        raise ModelInvalidError(
            f"{path.name} cannot be read ({error.strerror}).",
            "Copy the model folder again from its release, or export it anew.",
        ) from error
    stored = read_strictly(content, TypeAdapter(_StoredModels), path.name)
    clinical, integrated = stored.clinical_without_fibrinogen, stored.integrated_without_fibrinogen
    return RiskModels(
        image=stored.image.model(),
        clinical=stored.clinical.model(),
        integrated=stored.integrated.model(),
        clinical_without_fibrinogen=clinical.model() if clinical else None,
        integrated_without_fibrinogen=integrated.model() if integrated else None,
    )


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _StoredTerm(_Stored):
    variable: str
    coefficient: float
    reference: float
    level: str | None
    step: float

    @model_validator(mode="after")
    def _names_a_finding(self) -> Self:
        if self.variable != NDL and self.variable not in VARIABLES:
            raise ValueError(f'"{self.variable}" is no clinical variable')
        if self.level not in _levels(self.variable):
            raise ValueError(f"{self.level!r} is no level of {self.variable}")
        return self


class _StoredModel(_Stored):
    kind: ModelKind
    intercept: float
    terms: Annotated[list[_StoredTerm], Field(min_length=1)]
    covariance: list[list[float]]
    base_rate: Annotated[float, Field(gt=0, lt=1)]
    source: Annotated[str, Field(min_length=1)]
    n_patients: NonNegativeInt | None
    n_events: NonNegativeInt | None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        names = {(term.variable, term.level) for term in self.terms}
        if len(names) < len(self.terms):
            raise ValueError("terms hold one twice")
        _refuse_no_covariance(self.covariance, size=len(self.terms) + 1)
        return self

    def model(self) -> LogisticModel:
        """The model that is stored."""
        terms = tuple(Term(**term.model_dump()) for term in self.terms)
        stored = self.model_dump(exclude={"terms", "covariance"})
        return LogisticModel(terms=terms, covariance=np.array(self.covariance), **stored)


class _StoredModels(_Stored):
    schema_: Annotated[Literal["hescope-risk/1"], Field(alias="schema")]
    image: _StoredModel
    clinical: _StoredModel
    integrated: _StoredModel
    clinical_without_fibrinogen: _StoredModel | None
    integrated_without_fibrinogen: _StoredModel | None

    @model_validator(mode="after")
    def _stand_in_their_places(self) -> Self:
        for place, model in self:
            if isinstance(model, _StoredModel) and model.kind != place.split("_")[0]:
                raise ValueError(f"{place}.kind is {model.kind}")
        return self


def _levels(variable: str) -> tuple[str | None, ...]:
    """Levels that a term of the variable may indicate; None is a term per unit."""
    if variable == "gcs":
        return None, *GCS_RANGES
    if variable == NDL or not VARIABLES[variable].choices:
        return (None,)
    return VARIABLES[variable].choices


def _refuse_no_covariance(rows: list[list[float]], *, size: int) -> None:
    if len(rows) != size or any(len(row) != size for row in rows):
        raise ValueError(f"covariance is not a {size} x {size} matrix")
    covariance: FloatArray = np.array(rows)
    # Rounded correlations may leave the smallest eigenvalue a rounding error below zero.
    floor = -1e-9 * np.abs(covariance).max()
    if not np.allclose(covariance, covariance.T) or np.linalg.eigvalsh(covariance)[0] < floor:
        raise ValueError("covariance is not symmetric and positive semidefinite")
