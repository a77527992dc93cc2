"""The three probabilities and how each came about, as JSON values."""

from dataclasses import asdict
from typing import Any

from core.domain import ClinicalFindings, Risk
from core.risk.estimate import RiskModels
from core.risk.odds_ratios import odds_ratios


def probabilities(risk: Risk, clinical: ClinicalFindings, models: RiskModels) -> dict[str, Any]:
    """Each estimate by its kind, with the odds ratios of the model that gave it.

    A probability that cannot be computed is None and has a reason.
    """
    used = models.used_for(clinical)
    return {
        estimate.kind: {
            "p": estimate.p,
            "ci95": estimate.ci95,
            "reason": estimate.reason,
            "source": estimate.source,
            "intercept": estimate.intercept,
            "contributions": [asdict(share) for share in estimate.contributions],
            "odds_ratios": [asdict(ratio) for ratio in odds_ratios(used[estimate.kind])],
        }
        for estimate in risk.estimates
    }
