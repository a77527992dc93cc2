"""What is decided of a study before it is done."""

from dataclasses import dataclass
from typing import Literal

from core.cohort.expansion import CONVENTIONAL, ExpansionDefinition

MissingValues = Literal["complete-cases", "imputed"]

ENTRY_P, N_RESAMPLES, N_IMPUTATIONS = 0.05, 200, 20

MISSING_VALUES: dict[MissingValues, str] = {
    "complete-cases": "patients of whom all is known, as in the paper",
    "imputed": f"all patients, unknown values imputed {N_IMPUTATIONS} times",
}
"""Whom the models are fitted to, in words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a study is done; without a definition, outcomes are the table's.

    ``missing`` is how models are fitted; they are always tested on patients of whom all is known.
    A variable is selected while its p is below ``entry_p``.  ``n_resamples`` of the bootstrap, 0
    for none.  ``seed`` draws them, imputations, and test patients where the table has no split.
    """

    definition: ExpansionDefinition | None = None
    missing: MissingValues = "complete-cases"
    entry_p: float = ENTRY_P
    n_resamples: int = N_RESAMPLES
    seed: int = 1

    @property
    def outcome(self) -> str:
        """What counts as expansion, in words."""
        if self.definition:
            return self.definition.words
        return f"as the table has it, else {CONVENTIONAL.words}"


AS_PAPER = Plan()
