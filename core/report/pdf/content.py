"""What a report is made of."""

from dataclasses import dataclass
from datetime import datetime

from core.domain import Assessment, EstimateKind
from core.models.card import ModelCard
from core.report.provenance import is_simulated
from core.risk.estimate import RiskModels, models_used
from core.risk.logistic import LogisticModel


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What a report is made of; ``patient_label`` is None unless the user wants one on it."""

    assessment: Assessment
    card: ModelCard
    risk_models: RiskModels
    made_at: datetime
    patient_label: str | None = None

    @property
    def found_hematoma(self) -> bool:
        """Whether anything is segmented."""
        return bool(self.assessment.segmentation.mask.any())

    @property
    def simulated(self) -> bool:
        """Whether the CT says of itself that it is HEscope's phantom."""
        return is_simulated(self.assessment.volume.series)

    @property
    def models_used(self) -> dict[EstimateKind, LogisticModel]:
        """The models that fit what is known of the patient, the outcome-based one first."""
        return models_used(self.risk_models, self.assessment.clinical, self.assessment.image)
