"""``risk.json`` of a model folder: the three risk models, read strictly."""

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from core.domain import FloatArray, ModelKind
from core.errors import ModelInvalidError
from core.risk.estimate import RiskModels
from core.risk.logistic import NDL, LogisticModel, Term
from core.risk.variables import GCS_RANGES, VARIABLES

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
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _invalid(path.name, f"cannot be read as JSON ({type(error).__name__})") from error
    top = _Object(document, path.name, ["schema", *_names(RiskModels)])
    if top.text("schema") != SCHEMA:
        raise _invalid("schema", f'is "{top.text("schema")}", expected "{SCHEMA}"')
    return RiskModels(
        image=_model(top.content["image"], "image", kind="image"),
        clinical=_model(top.content["clinical"], "clinical", kind="clinical"),
        integrated=_model(top.content["integrated"], "integrated", kind="integrated"),
        clinical_without_fibrinogen=_variant(top, "clinical_without_fibrinogen", "clinical"),
        integrated_without_fibrinogen=_variant(top, "integrated_without_fibrinogen", "integrated"),
    )


def _invalid(field: str, complaint: str) -> ModelInvalidError:
    return ModelInvalidError(
        f"Risk models: {field} {complaint}.", "Fetch the model folder again, or export it anew."
    )


def _names(record: type) -> list[str]:
    return [field.name for field in fields(record)]


class _Object:
    """A JSON object with exactly the expected fields, and where it stands in the file."""

    def __init__(self, content: object, where: str, expected: Iterable[str]) -> None:
        if not isinstance(content, dict):
            raise _invalid(where, "is not an object")
        expected = set(expected)
        if missing := expected - set(content):
            raise _invalid(f"{where}.{min(missing)}", "is missing")
        if unknown := set(content) - expected:
            raise _invalid(f"{where}.{min(unknown)}", "is not a known field")
        self.content = content
        self.where = where

    def number(self, name: str) -> float:
        """Finite number of a field."""
        value = self.content[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise _invalid(f"{self.where}.{name}", "is not a finite number")
        return float(value)

    def text(self, name: str) -> str:
        """Text of a field, not empty."""
        value = self.content[name]
        if not isinstance(value, str) or not value:
            raise _invalid(f"{self.where}.{name}", "is not a text")
        return value

    def count(self, name: str) -> int | None:
        """Number of patients of a field, None where unknown."""
        value = self.content[name]
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise _invalid(f"{self.where}.{name}", "is not a count")
        return value


def _variant(top: _Object, name: str, kind: ModelKind) -> LogisticModel | None:
    content = top.content[name]
    return None if content is None else _model(content, name, kind=kind)


def _model(content: object, where: str, *, kind: ModelKind) -> LogisticModel:
    model = _Object(content, where, _names(LogisticModel))
    if model.text("kind") != kind:
        raise _invalid(f"{where}.kind", f'is "{model.text("kind")}", expected "{kind}"')
    base_rate = model.number("base_rate")
    if not 0 < base_rate < 1:
        raise _invalid(f"{where}.base_rate", f"is {base_rate:g}, expected between 0 and 1")
    terms = _terms(model.content["terms"], f"{where}.terms")
    return LogisticModel(
        kind=kind,
        intercept=model.number("intercept"),
        terms=terms,
        covariance=_covariance(
            model.content["covariance"], f"{where}.covariance", size=len(terms) + 1
        ),
        base_rate=base_rate,
        source=model.text("source"),
        n_patients=model.count("n_patients"),
        n_events=model.count("n_events"),
    )


def _terms(content: object, where: str) -> tuple[Term, ...]:
    if not isinstance(content, list) or not content:
        raise _invalid(where, "is not a list of terms")
    terms = tuple(_term(item, f"{where}[{i}]") for i, item in enumerate(content))
    if len({term.name for term in terms}) < len(terms):
        raise _invalid(where, "holds a term twice")
    return terms


def _term(content: object, where: str) -> Term:
    term = _Object(content, where, _names(Term))
    variable = term.text("variable")
    if variable != NDL and variable not in VARIABLES:
        raise _invalid(f"{where}.variable", f'is "{variable}", which is no clinical variable')
    level = None if term.content["level"] is None else term.text("level")
    if level not in _levels(variable):
        raise _invalid(f"{where}.level", f"is {level!r}, which {variable} does not have")
    return Term(
        variable,
        term.number("coefficient"),
        reference=term.number("reference"),
        level=level,
        step=term.number("step"),
    )


def _levels(variable: str) -> tuple[str | None, ...]:
    """Levels that a term of the variable may indicate; None is a term per unit."""
    if variable == "gcs":
        return None, *GCS_RANGES
    if variable == NDL or not VARIABLES[variable].choices:
        return (None,)
    return VARIABLES[variable].choices


def _covariance(content: object, where: str, *, size: int) -> FloatArray:
    try:
        covariance = np.array(content, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _invalid(where, "is not a matrix of numbers") from error
    if covariance.shape != (size, size) or not np.isfinite(covariance).all():
        raise _invalid(where, f"is not a {size} x {size} matrix of finite numbers")
    # Rounded correlations may leave the smallest eigenvalue a rounding error below zero.
    floor = -1e-9 * np.abs(covariance).max()
    if not np.allclose(covariance, covariance.T) or np.linalg.eigvalsh(covariance)[0] < floor:
        raise _invalid(where, "is not symmetric and positive semidefinite")
    return covariance
