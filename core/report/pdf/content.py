"""What a report is made of."""

from dataclasses import dataclass
from datetime import datetime

from core.domain import Assessment
from core.models.card import ModelCard
from core.risk.estimate import RiskModels


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What a report is made of; ``patient_label`` is None unless the user wants one on it."""

    assessment: Assessment
    card: ModelCard
    risk_models: RiskModels
    made_at: datetime
    patient_label: str | None = None
