"""Which of the models is spoken of."""

from app.widgets.common.kept_choice import kept_choice
from core.domain import MODEL_KINDS, EstimateKind
from core.report.digits import model_name


def model_choice(name: str) -> EstimateKind:
    """Model that the reader chose, at first the outcome-based.  ``name`` is unique on the page."""
    kinds: tuple[EstimateKind, ...] = ("outcome", *MODEL_KINDS[::-1])
    return kept_choice(
        "Model", kinds, name, format_func=lambda kind: model_name(kind).split("-")[0]
    )
