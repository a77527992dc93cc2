"""The columns of cohort.csv; the README's table is this one."""

from core.risk.image_variables import CUBIC_MM, IMAGE_VARIABLES, MAX_ML
from core.risk.variables import VARIABLES, Variable

PATIENT = "patient"

FILES = {
    "study": "Baseline study: a folder, a zip archive or a NIfTI file.",
    "mask": "Hematoma on the baseline CT as NIfTI on its grid, 1 is hematoma.",
    "follow_up": "Follow-up study, in any form that a study may have.",
    "follow_up_mask": "Hematoma on the follow-up CT as NIfTI on its grid, 1 is hematoma.",
}
"""Paths, relative to the folder of cohort.csv."""

_MEASURES = (
    IMAGE_VARIABLES["volume_ml"],
    Variable(
        "follow_up_volume_ml",
        "Follow-up volume",
        "mL",
        "number",
        "Hematoma on the follow-up CT.",
        hard_range=(0, MAX_ML),
        unit_slip=CUBIC_MM,
    ),
    Variable("expanded", "Expanded", "", "boolean", "Outcome where it is known."),
    Variable(
        "ivh_follow_up",
        "Blood in the ventricles at follow-up",
        "",
        "boolean",
        "Intraventricular extension on the follow-up CT; with ivh, for the definition RHE1.",
    ),
    Variable(
        "ivh_volume_ml",
        "Baseline intraventricular volume",
        "mL",
        "number",
        "Blood in the ventricles on the baseline CT, 0 where there is none; for RHE2.",
        hard_range=(0, MAX_ML),
        unit_slip=CUBIC_MM,
    ),
    Variable(
        "ivh_follow_up_volume_ml",
        "Follow-up intraventricular volume",
        "mL",
        "number",
        "Blood in the ventricles on the follow-up CT, 0 where there is none; for RHE2.",
        hard_range=(0, MAX_ML),
        unit_slip=CUBIC_MM,
    ),
    *(IMAGE_VARIABLES[name] for name in ("irregular", "blend", "ndl", "l5_hu")),
    Variable(
        "split",
        "Split",
        "",
        "choice",
        "Fits the models, or judges them.",
        choices=("train", "test"),
    ),
    Variable("simulated", "Simulated", "", "boolean", "No real patient; every result will say so."),
)

MEASURES: dict[str, Variable] = {variable.name: variable for variable in _MEASURES}
"""What is known of a patient beside the clinical findings."""

VALUES: dict[str, Variable] = MEASURES | VARIABLES
"""All columns that hold a value."""

COLUMNS = (PATIENT, *FILES, *VALUES)
