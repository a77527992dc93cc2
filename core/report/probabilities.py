"""The probabilities and how each came about, as JSON values."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.domain import ClinicalFindings, ImageFindings, Risk
from core.report.evidence import evidence
from core.risk.estimate import RiskModels, models_used
from core.risk.odds_ratios import odds_ratios
from core.risk.outcome import LIMITS, outcome_model

if TYPE_CHECKING:
    from core.models.card import ModelCard


def probabilities(
    risk: Risk,
    clinical: ClinicalFindings,
    image: ImageFindings,
    models: RiskModels,
    card: "ModelCard | None" = None,
) -> dict[str, Any]:
    """Each estimate by its kind, with the odds ratios of the model that gave it.

    A probability that cannot be computed is None and has a reason.  ``card`` is as in ``evidence``.
    """
    used = models_used(models, clinical, image)
    known = evidence(used, models, card)
    found: dict[str, Any] = {
        estimate.kind: {
            "p": estimate.p,
            "ci95": estimate.ci95,
            "reason": estimate.reason,
            "source": estimate.source,
            "evidence": known[estimate.kind],
            "intercept": estimate.intercept,
            "contributions": [asdict(share) for share in estimate.contributions],
            "odds_ratios": [asdict(ratio) for ratio in odds_ratios(used[estimate.kind])],
        }
        for estimate in risk.all_estimates
    }
    equation = outcome_model(clinical, image).equation
    found["outcome"] |= {
        "equation": equation.name,
        "held_out_auc": equation.held_out_auc,
        "held_out_auc_ci95": equation.held_out_auc_ci95,
        "limits": LIMITS,
    }
    return found
