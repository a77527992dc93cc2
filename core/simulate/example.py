"""The bundled example studies: simulated head CTs, clinical findings, and the truth.

``python -m core.simulate.example OUT`` writes them again; same seeds, same bytes.
"""

import argparse
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydicom.uid import RLELossless

from core.domain import ClinicalFindings, PatientHeader
from core.errors import HescopeError
from core.simulate.hematoma import HematomaSettings
from core.simulate.phantom import PhantomSettings, simulate_head
from core.simulate.write_dicom import SeriesIdentity, write_ct_series

EXAMPLE_ACQUIRED_AT = datetime(2026, 1, 5, 8, 30)


@dataclass(frozen=True, slots=True)
class Example:
    """One made-up patient: what is simulated, what is known at the bedside, what came of it."""

    name: str
    title: str
    description: str
    seed: int
    settings: PhantomSettings
    clinical: ClinicalFindings
    expanded: bool


EXAMPLES = (
    Example(
        "expander",
        "Clear expander",
        "Scanned 90 minutes after onset, drowsy, with low fibrinogen and a large, uneven hematoma: "
        "it grew.",
        seed=5,
        settings=PhantomSettings(),
        clinical=ClinicalFindings(
            age_years=65,
            gcs=10,
            fibrinogen_mg_dl=260,
            sex="male",
            onset_to_ct_h=1.5,
            sbp_mmhg=185,
            dbp_mmhg=102,
            inr=1.0,
            platelets_10e9_l=215,
            aptt_s=29,
            antiplatelet=False,
            anticoagulant=False,
        ),
        expanded=True,
    ),
    Example(
        "non-expander",
        "Clear non-expander",
        "Scanned nine hours after onset, alert, with a small, smooth, even hematoma: it stayed as "
        "it was.",
        seed=11,
        settings=PhantomSettings(
            hematoma=HematomaSettings(
                volume_ml=7.0,
                site="thalamus",
                side="right",
                hypodensity="none",
                irregularity_mm=0.8,
                edema_mm=3.0,
            ),
            n_slices=26,
            lowest_slice_mm=-56.0,
            yaw_deg=-2.0,
        ),
        clinical=ClinicalFindings(
            age_years=74,
            gcs=15,
            fibrinogen_mg_dl=410,
            sex="female",
            onset_to_ct_h=9.0,
            sbp_mmhg=150,
            dbp_mmhg=84,
            inr=1.0,
            platelets_10e9_l=240,
            antiplatelet=False,
            anticoagulant=False,
            nihss=6,
            glucose_mg_dl=108,
            recurrent_ich=False,
            ivh=False,
            infratentorial=False,
        ),
        expanded=False,
    ),
    Example(
        "swirl-false-positive",
        "A false alarm with a swirl sign",
        "A large hematoma with a dark swirl, as in Fig. 4b of the paper: the models give a "
        "high risk, and yet it did not grow.",
        seed=23,
        settings=PhantomSettings(
            hematoma=HematomaSettings(
                volume_ml=38.0,
                site="putamen",
                side="right",
                irregularity_mm=3.2,
                liquid_hu=31.0,
            ),
            n_slices=26,
            lowest_slice_mm=-56.0,
            yaw_deg=1.0,
        ),
        clinical=ClinicalFindings(
            age_years=54,
            gcs=12,
            fibrinogen_mg_dl=300,
            sex="male",
            onset_to_ct_h=2.0,
            sbp_mmhg=178,
            dbp_mmhg=98,
            inr=1.1,
            platelets_10e9_l=190,
            antiplatelet=True,
            anticoagulant=False,
            nihss=14,
            glucose_mg_dl=140,
            recurrent_ich=False,
            ivh=False,
            infratentorial=False,
        ),
        expanded=False,
    ),
)


def write_example(folder: Path, example: Example) -> None:
    """Write ``dicom/``, ``clinical.json`` and ``truth.json`` of a simulated patient."""
    phantom = simulate_head(example.settings, seed=example.seed)
    clinical = example.clinical
    patient = PatientHeader(clinical.age_years, clinical.sex, EXAMPLE_ACQUIRED_AT)
    identity = SeriesIdentity(seed=example.seed, patient=patient)
    write_ct_series(
        phantom.hu,
        phantom.geometry,
        folder / "dicom",
        identity=identity,
        transfer_syntax=RLELossless,
    )
    known = {name: v for name, v in dataclasses.asdict(clinical).items() if v is not None}
    _write_json(folder / "clinical.json", known)
    truth = {
        "volume_ml": round(phantom.volume_ml, 3),
        "expanded": example.expanded,
        "simulated": True,
        "seed": example.seed,
        "title": example.title,
        "description": example.description,
    }
    _write_json(folder / "truth.json", truth)


def _write_json(file: Path, content: Mapping[str, object]) -> None:
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Write the bundled examples to folders of their names in the one named on the command line."""
    parser = argparse.ArgumentParser(description="Write the bundled example studies.")
    parser.add_argument("folder", type=Path, metavar="OUT", help="a folder")
    folder = parser.parse_args().folder
    try:
        for example in EXAMPLES:
            write_example(folder / example.name, example)
    except HescopeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
