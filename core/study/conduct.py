"""How a study was done, as far as the software can know it."""

from dataclasses import dataclass

from core.models.card import ModelCard
from core.study.analysis import Analysis


@dataclass(frozen=True, slots=True, eq=False)
class Conduct:
    """Settings of a study beside its analysis.

    ``patients`` counts all of the table.  ``card`` is that of the model which scored every patient;
    None where any nDL stood in the table.
    """

    analysis: Analysis
    simulated: bool
    patients: int
    split_given: bool
    ndl_source: str
    card: ModelCard | None

    @property
    def left_out(self) -> int:
        """Patients whose outcome is unknown."""
        return self.patients - len(self.analysis.frame)

    @property
    def split(self) -> str:
        """How fitting and test patients were told apart, in words."""
        if self.split_given:
            return "as the table has it"
        return f"drawn at random within either outcome, seed {self.analysis.plan.seed}"
