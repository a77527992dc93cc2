"""What the models lose from the patients they are fitted to, by bootstrap."""

from core.domain import MODEL_KINDS, ModelKind
from core.errors import ClinicalDataError
from core.progress import Progress, one_of
from core.stats.logistic import fit_logistic
from core.stats.optimism import OptimismCorrection, correct_optimism
from core.study.analysis import Analysis
from core.study.design import TERMS

InternalValidation = dict[ModelKind, OptimismCorrection | None]


def internal_validation(analysis: Analysis, progress: Progress) -> InternalValidation:
    """Optimism of each model on the training patients of whom all is known.

    None where too many resamples could not be fitted; without resamples in the plan, no model.
    """
    if not analysis.plan.n_resamples:
        return {}
    return {
        kind: _corrected(analysis, kind, one_of(progress, place, len(MODEL_KINDS)))
        for place, kind in enumerate(MODEL_KINDS)
    }


def _corrected(
    analysis: Analysis, kind: ModelKind, progress: Progress
) -> OptimismCorrection | None:
    training, plan = analysis.training, analysis.plan
    known = training.design[list(TERMS["integrated"])].notna().all(axis=1)
    try:
        return correct_optimism(
            training.outcome[known],
            training.design.loc[known, list(TERMS[kind])],
            fit_logistic,
            n_resamples=plan.n_resamples,
            seed=plan.seed,
            progress=progress,
        )
    except ClinicalDataError:
        return None
