"""The risk of one patient by all models: the only step that a what-if runs again."""

from dataclasses import dataclass, fields

from core.domain import ClinicalFindings, EstimateKind, ImageFindings, ModelKind, Risk
from core.errors import UsageError
from core.risk.image_variables import IMAGE_VARIABLES, L5, NDL
from core.risk.logistic import LogisticModel, predict
from core.risk.outcome import outcome_model


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


def models_used(
    models: RiskModels, clinical: ClinicalFindings, image: ImageFindings
) -> dict[EstimateKind, LogisticModel]:
    """Model of each kind that fits what is known of the patient, the outcome-based one first."""
    used: dict[EstimateKind, LogisticModel] = {"outcome": outcome_model(clinical, image)}
    for kind, model in models.used_for(clinical).items():
        used[kind] = model
    return used


def estimate(
    image: ImageFindings,
    clinical: ClinicalFindings,
    models: RiskModels,
    base_rate: float | None = None,
) -> Risk:
    """Outcome-based, image, clinical and integrated risk of one patient.

    base_rate: share of expansions among such patients at the user's hospital, None for that of the
    integrated model's cohort.
    """
    _refuse_impossible(image)
    if base_rate is not None and not 0 < base_rate < 1:
        raise UsageError(
            f"Base rate {base_rate:g} found, a share between 0 and 1 expected.",
            "Give 20 % as 0.20.",
        )
    rate = models.integrated.base_rate if base_rate is None else base_rate
    used = models_used(models, clinical, image)
    return Risk(
        outcome=predict(used["outcome"], clinical, image, rate),
        image=predict(used["image"], clinical, image, rate),
        clinical=predict(used["clinical"], clinical, image, rate),
        integrated=predict(used["integrated"], clinical, image, rate),
        base_rate=rate,
    )


def _refuse_impossible(image: ImageFindings) -> None:
    for name, remedy in (
        (NDL, "Give the score of an assessment; its mean is 20."),
        (L5, "Give the L5 of an assessment; its mean is -18 HU."),
    ):
        variable, value = IMAGE_VARIABLES[name], getattr(image, name)
        if value is None or variable.hard_range is None:
            continue
        low, high = variable.hard_range
        if not low <= value <= high:
            raise UsageError(
                f"{variable.label} {variable.quantity(value)} found, {low:g} to "
                f"{variable.quantity(high)} expected.",
                remedy,
            )
