"""What the models are not for: then a finding says so, and no probability is given."""

from dataclasses import dataclass

from core.dicom.findings import Finding
from core.domain import BoolArray, QualityFinding, Volume
from core.imaging.blood_place import PlacedBlood, placed_blood

OF_PLACE = (Finding.BLOOD_OUTSIDE_BRAIN.code, Finding.BLOOD_PARTLY_OUTSIDE_BRAIN.code)
"""Codes of the findings that change with the outline."""

_MOSTLY = 0.5
_PARTLY_FROM = 0.1  # of the blood; less is an error of the outline that changes no volume


@dataclass(frozen=True, slots=True)
class Scope:
    """Findings, and why the models are not for this study; None where they are."""

    findings: tuple[QualityFinding, ...] = ()
    out_of_scope: str | None = None


def scope_of_blood(volume: Volume, mask: BoolArray) -> Scope:
    """Whether the blood of a mask lies where the models were made for: in the brain's tissue."""
    blood = placed_blood(volume, mask)
    places = _in_words(blood)
    if blood.outside_share > _MOSTLY:
        found = Finding.BLOOD_OUTSIDE_BRAIN.told(share=blood.outside_share, places=places)
        return Scope((found,), found.message)
    if blood.outside_share > _PARTLY_FROM:
        found = Finding.BLOOD_PARTLY_OUTSIDE_BRAIN.told(outside_ml=blood.outside_ml, places=places)
        return Scope((found,))
    return Scope()


def _in_words(blood: PlacedBlood) -> str:
    by_place = (
        (blood.skull_ml, "along the skull (subdural, epidural or subarachnoid)"),
        (blood.ventricles_ml, "in the ventricles"),
        (blood.cisterns_ml, "spread out in cisterns or fissures (subarachnoid)"),
    )
    return " and ".join(words for amount_ml, words in by_place if amount_ml)
