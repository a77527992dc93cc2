"""The risk of one patient by all three models: the only step that a what-if runs again."""

from dataclasses import dataclass, fields

from core.domain import ClinicalFindings, ModelKind, Risk
from core.errors import UsageError
from core.risk.logistic import LogisticModel, predict


@dataclass(frozen=True, slots=True)
class RiskModels:
    """The three models of one source, and what stands in where fibrinogen is unknown.

    A model that does not use fibrinogen, or cannot do without, has no variant.
    """

    image: LogisticModel
    clinical: LogisticModel
    integrated: LogisticModel
    clinical_without_fibrinogen: LogisticModel | None = None
    integrated_without_fibrinogen: LogisticModel | None = None

    def by_place(self) -> dict[str, LogisticModel]:
        """The models there are, by the names of their fields."""
        places = {field.name: getattr(self, field.name) for field in fields(self)}
        return {place: model for place, model in places.items() if model is not None}

    def used_for(self, clinical: ClinicalFindings) -> dict[ModelKind, LogisticModel]:
        """Model of each kind that fits what is known of the patient."""
        clinical_model, integrated_model = self.clinical, self.integrated
        if clinical.fibrinogen_mg_dl is None:
            clinical_model = self.clinical_without_fibrinogen or clinical_model
            integrated_model = self.integrated_without_fibrinogen or integrated_model
        return {"image": self.image, "clinical": clinical_model, "integrated": integrated_model}


def estimate(
    ndl: float | None,
    clinical: ClinicalFindings,
    models: RiskModels,
    base_rate: float | None = None,
) -> Risk:
    """Image, clinical and integrated risk of one patient.

    ndl: 0 to 100, None if there is none.  base_rate: share of expansions among such patients at the
    user's hospital, None for that of the integrated model's cohort.
    """
    if ndl is not None and not 0 <= ndl <= 100:
        raise UsageError(
            f"nDL score {ndl:g} found, 0 to 100 expected.",
            "Give the score of an assessment; its mean is 20.",
        )
    if base_rate is not None and not 0 < base_rate < 1:
        raise UsageError(
            f"Base rate {base_rate:g} found, a share between 0 and 1 expected.",
            "Give 20 % as 0.20.",
        )
    rate = models.integrated.base_rate if base_rate is None else base_rate
    used = models.used_for(clinical)
    return Risk(
        image=predict(used["image"], clinical, ndl=ndl, base_rate=rate),
        clinical=predict(used["clinical"], clinical, ndl=ndl, base_rate=rate),
        integrated=predict(used["integrated"], clinical, ndl=ndl, base_rate=rate),
        base_rate=rate,
    )
