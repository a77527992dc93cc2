"""Heads of which PyRadiomics was asked for L5: size, site, density and slice distance differ."""

from core.simulate.hematoma import HematomaSettings
from core.simulate.phantom import Phantom, PhantomSettings, simulate_head

_HEMATOMAS = {
    "putamen, 30 mL": HematomaSettings(),
    "thalamus, 4 mL": HematomaSettings(4.0, "thalamus"),
    "lobe, 60 mL": HematomaSettings(60.0, "lobe", hypodensity="blend"),
    "lobe, 15 mL, rough": HematomaSettings(15.0, "lobe", irregularity_mm=5.0),
}
_SLICES = {5.0: 18, 2.5: 36}

NAMES = tuple(f"{name}, {step_mm} mm" for step_mm in _SLICES for name in _HEMATOMAS)


def simulate(name: str) -> Phantom:
    """The phantom of that name, always the same."""
    hematoma, _, step = name.rpartition(", ")
    step_mm = float(step.removesuffix(" mm"))
    settings = PhantomSettings(
        hematoma=_HEMATOMAS[hematoma],
        matrix=128,
        n_slices=_SLICES[step_mm],
        slice_distance_mm=step_mm,
        planes_per_slice=1,
        lowest_slice_mm=-36.0,
    )
    return simulate_head(settings, seed=1 + NAMES.index(name))
