"""What is decided of a study before it is done."""

from dataclasses import dataclass
from typing import Literal

from core.cohort.expansion import CONVENTIONAL, ExpansionDefinition

MissingValues = Literal["complete-cases", "imputed"]

MISSING_VALUES: dict[MissingValues, str] = {
    "complete-cases": "patients of whom all is known, as in the paper",
    "imputed": "all patients, unknown values imputed 20 times",
}
"""Whom the models are fitted to, in words."""

ENTRY_P, N_RESAMPLES = 0.05, 200


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
