"""What stands behind each probability, in the same words everywhere, and where they disagree."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.domain import EstimateKind, Risk, RiskEstimate
from core.report.digits import interval, model_name
from core.risk.estimate import RiskModels
from core.risk.logistic import LogisticModel, variable_label
from core.risk.operating import expected_auc
from core.risk.outcome import OutcomeModel
from core.risk.published import is_lee_2024

if TYPE_CHECKING:
    from core.models.card import ModelCard, RiskValidation


def evidence(
    used: Mapping[EstimateKind, LogisticModel], models: RiskModels, card: "ModelCard | None" = None
) -> dict[EstimateKind, str]:
    """State of the evidence of each model in use: what it was fitted to, and what AUC is known.

    ``card`` is the folder's of ``models``: it knows how those that were fitted there did on other
    patients.
    """
    places = {id(model): place for place, model in models.by_place().items()}
    validated = card.validated if card else lambda _place: None
    return {
        kind: _evidence(model, validated(places.get(id(model), ""))) for kind, model in used.items()
    }


def disagreement(risk: Risk, used: Mapping[EstimateKind, LogisticModel]) -> str | None:
    """Which probabilities differ from the outcome-based one by more than their intervals, and why.

    ``used`` are the models that gave them.  None where all intervals overlap with its own, or where
    it is not given.
    """
    apart = [found for found in risk.estimates if _apart(risk.outcome, found)]
    if not apart:
        return None
    names = " and ".join(_with_interval(found) for found in apart)
    verb = "differs" if len(apart) == 1 else "differ"
    reasons = "; ".join(
        f"{model_name(found.kind)} rests on {_rests_on(used[found.kind])}"
        for found in (risk.outcome, *apart)
    )
    return (
        f"{names} {verb} from the outcome-based risk ({interval(_ci95(risk.outcome))}) by more "
        f"than the intervals: {reasons}."
    )


def against_threshold(p: float, threshold: float) -> str:
    """On which side of the threshold to act on a probability lies; on it counts as above.

    >>> against_threshold(0.2, 0.2)
    'above the threshold'
    """
    return "above the threshold" if p >= threshold else "below the threshold"


def _evidence(model: LogisticModel, validated: "RiskValidation | None") -> str:
    if isinstance(model, OutcomeModel):
        found = model.equation
        low, high = found.held_out_auc_ci95
        auc = f"held-out AUC {found.held_out_auc:.2f} [{low:.2f}, {high:.2f}]"
    elif is_lee_2024(model):
        auc = f"expected AUC {expected_auc(model):.2f}"
    elif validated:
        auc = f"held-out AUC {validated.auc:.2f}"
        if validated.auc_ci95:
            auc += " [{:.2f}, {:.2f}]".format(*validated.auc_ci95)
    else:
        auc = "not tested on other patients"
    return f"{_origin(model)}; {auc}"


def _origin(model: LogisticModel) -> str:
    if isinstance(model, OutcomeModel):
        return f"Fitted to {model.n_patients} real outcomes"
    if is_lee_2024(model):
        return "Reconstructed from a paper"
    return "Fitted" if model.n_patients is None else f"Fitted to {model.n_patients} patients"


def _rests_on(model: LogisticModel) -> str:
    names = ", ".join(variable_label(name) for name in model.variables)
    origin = _origin(model)
    return f"{names} ({origin[0].lower()}{origin[1:]})"


def _apart(one: RiskEstimate, other: RiskEstimate) -> bool:
    if one.ci95 is None or other.ci95 is None:
        return False
    return one.ci95[1] < other.ci95[0] or other.ci95[1] < one.ci95[0]


def _with_interval(found: RiskEstimate) -> str:
    return f"{model_name(found.kind)} ({interval(_ci95(found))})"


def _ci95(found: RiskEstimate) -> tuple[float, float]:
    assert found.ci95 is not None  # only of those that are apart
    return found.ci95
