"""The bundled example study: a simulated head CT, clinical findings, and the truth.

``python -m core.simulate.example OUT`` writes it again; same seed, same bytes.
"""

import argparse
import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydicom.uid import RLELossless

from core.domain import ClinicalFindings, PatientHeader
from core.errors import HescopeError
from core.simulate.phantom import PhantomSettings, simulate_head
from core.simulate.write_dicom import SeriesIdentity, write_ct_series

EXAMPLE_SEED = 5
# A made-up patient with much of what precedes expansion: scanned early, drowsy, low fibrinogen.
EXAMPLE_CLINICAL = ClinicalFindings(
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
)
EXAMPLE_ACQUIRED_AT = datetime(2026, 1, 5, 8, 30)


def write_example(
    folder: Path, settings: PhantomSettings, *, seed: int, clinical: ClinicalFindings
) -> None:
    """Write ``dicom/``, ``clinical.json`` and ``truth.json`` of a simulated expander."""
    phantom = simulate_head(settings, seed=seed)
    patient = PatientHeader(clinical.age_years, clinical.sex, EXAMPLE_ACQUIRED_AT)
    identity = SeriesIdentity(seed=seed, patient=patient)
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
        "expanded": True,
        "simulated": True,
        "seed": seed,
        "title": "Clear expander",
        "description": "Scanned 90 minutes after onset, drowsy, with low fibrinogen and a large, "
        "uneven hematoma: it grew.",
    }
    _write_json(folder / "truth.json", truth)


def _write_json(file: Path, content: Mapping[str, object]) -> None:
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Write the bundled example to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Write the bundled example study.")
    parser.add_argument("folder", type=Path, metavar="OUT", help="a new folder")
    folder = parser.parse_args().folder
    try:
        write_example(folder, PhantomSettings(), seed=EXAMPLE_SEED, clinical=EXAMPLE_CLINICAL)
    except HescopeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
