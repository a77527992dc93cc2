"""A site's own model folder: what it is called, whose outcomes made it, and its card."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from core.cohort.table import CohortTable
from core.errors import UsageError
from core.models.card import CARD, ModelCard, RiskValidation, read_card
from core.models.integrity import refuse_altered, sha256
from core.models.release import refuse_released
from core.study.plan import AS_PAPER, Plan


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model folder to be: its name, and the released folder whose networks it takes over."""

    name: str
    version: str
    created: date
    folder: Path
    source: Path


@dataclass(frozen=True, slots=True)
class Site:
    """A cohort for whose hospital a model is made, and how."""

    table: CohortTable
    plan: Plan = AS_PAPER

    def named(self, new: NewModel) -> str:
        """Whose patients they are, for the source that stands beside every risk."""
        simulated = " (simulated patients)" if self.table.simulated else ""
        return f"{new.name}{simulated}, {new.created}"

    def test_patients(self, new: NewModel) -> str:
        """Who the models were tested on."""
        return f"Test patients of {self.named(new)}"


def read_released(new: NewModel) -> ModelCard:
    """Card of the model that the new one begins from.

    Raises
    ------
    UsageError
        The new folder exists, or the new model is called like the released one.
    ModelInvalidError
        A file of the released one was altered.
    """
    refuse_released(new.folder)
    card = read_card(new.source / CARD)
    refuse_altered(new.source, card.files)
    if (card.name, card.version) == (new.name, new.version):
        raise UsageError(
            f"{new.name} {new.version} is the model to begin from; another name or version "
            "expected.",
            "Name it with --name, for example hospital-1.0.0.",
        )
    return card


def site_card(
    released: ModelCard,
    new: NewModel,
    site: Site,
    *,
    risk_models: str,
    validation: tuple[RiskValidation, ...],
) -> ModelCard:
    """Card of the new model; nothing in it is about a single patient.

    risk_models: what the risk models are, as a sentence.
    """
    words = [
        risk_models,
        f"Expansion: {site.plan.outcome}.",
        "nDL scores are those of the table.",
        f"SHA-256 of the table: {sha256(site.table.path)}.",
        f"Networks, thresholds and nDL scale: those of {released.name} {released.version} "
        f"(SHA-256 of its card: {sha256(new.source / CARD)}).",
    ]
    if site.table.simulated:
        words.insert(0, "Simulated patients: these risks hold for no patient.")
    return replace(
        released,
        name=new.name,
        version=new.version,
        created=new.created.isoformat(),
        risk_models=" ".join(words),
        validation=validation,
    )
