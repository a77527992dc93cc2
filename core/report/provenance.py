"""What every result says of itself, whatever its form."""

from core.domain import Series

VERSION = "0.1.0"
RESEARCH_USE = "Research use only. Not a medical device."
CITATION = (
    "Lee H. et al. Predicting hematoma expansion in acute spontaneous intracerebral hemorrhage. "
    "Neuroradiology 2024. doi 10.1007/s00234-024-03298-y"
)
SIMULATED_COHORT = "Simulated cohort: no number on this page comes from a patient."
MAKER = "HEscope"
"""Manufacturer (0008,0070) of every object of this program."""
SIMULATED_BY = "HEscope simulate"
"""Manufacturer (0008,0070) of every CT that was computed and shows no patient."""


def is_simulated(series: Series) -> bool:
    """Whether a CT says of itself that it is HEscope's phantom."""
    return series.manufacturer == SIMULATED_BY
