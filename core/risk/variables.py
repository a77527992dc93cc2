"""The one table of clinical variables: form, command line, cohort reader and report all read it."""

from dataclasses import dataclass
from typing import Literal

GcsGroup = Literal["mild", "moderate", "severe"]
GCS_RANGES: dict[GcsGroup, str] = {"mild": "13-15", "moderate": "9-12", "severe": "3-8"}

Value = float | int | bool | str


@dataclass(frozen=True, slots=True)
class UnitSlip:
    """A unit in which the variable is often given by mistake; times ``factor`` is the table's."""

    unit: str
    factor: float


@dataclass(frozen=True, slots=True)
class Variable:
    """One clinical variable: what it is called, measured in, and may be.

    A value outside ``hard_range`` cannot be right and is refused; one outside ``plausible_range``
    is accepted with a warning.  Both include their ends.  ``in_model`` says whether the models of
    Lee 2024 use the variable; the others are context and enter other scores.
    """

    name: str
    label: str
    unit: str
    kind: Literal["number", "integer", "boolean", "choice"]
    help: str
    hard_range: tuple[float, float] | None = None
    plausible_range: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    in_model: bool = False
    unit_slip: UnitSlip | None = None

    def quantity(self, value: float) -> str:
        """Value with its unit, as text."""
        return f"{value:g} {self.unit}".rstrip()


# The limits are HEscope's own choice: hard ones so wide that what they refuse is a slip, plausible
# ones so that a value beyond them deserves a second look.
_TABLE = (
    Variable(
        "age_years",
        "Age",
        "years",
        "number",
        "The models were made from patients of at least 19 years.",
        hard_range=(0, 120),
        plausible_range=(19, 105),
        in_model=True,
    ),
    Variable(
        "gcs",
        "Glasgow Coma Scale",
        "",
        "integer",
        "Sum score on admission; grouped 13-15, 9-12, 3-8.",
        hard_range=(3, 15),
        plausible_range=(3, 15),
        in_model=True,
    ),
    Variable(
        "fibrinogen_mg_dl",
        "Fibrinogen",
        "mg/dL",
        "number",
        "Plasma fibrinogen on admission; 1 g/L is 100 mg/dL.",
        hard_range=(50, 1500),
        plausible_range=(100, 800),
        in_model=True,
        unit_slip=UnitSlip("g/L", 100),
    ),
    Variable(
        "sex", "Sex", "", "choice", "Context; not a term of the models.", choices=("male", "female")
    ),
    Variable(
        "onset_to_ct_h",
        "Onset to CT",
        "h",
        "number",
        "Hours from symptom onset, or from when last seen well, to the baseline CT.",
        hard_range=(0, 168),
        plausible_range=(0, 24),
    ),
    Variable(
        "sbp_mmhg",
        "Systolic blood pressure",
        "mmHg",
        "number",
        "First value on admission.",
        hard_range=(30, 350),
        plausible_range=(80, 270),
    ),
    Variable(
        "dbp_mmhg",
        "Diastolic blood pressure",
        "mmHg",
        "number",
        "First value on admission.",
        hard_range=(10, 250),
        plausible_range=(40, 160),
    ),
    Variable(
        "inr",
        "INR",
        "",
        "number",
        "International normalized ratio of the prothrombin time.",
        hard_range=(0.5, 25),
        plausible_range=(0.8, 8),
    ),
    Variable(
        "platelets_10e9_l",
        "Platelets",
        "10⁹/L",
        "number",
        "Platelet count; 1 × 10⁹/L is 1000/µL.",
        hard_range=(1, 3000),
        plausible_range=(20, 700),
        unit_slip=UnitSlip("/µL", 0.001),
    ),
    Variable(
        "aptt_s",
        "aPTT",
        "s",
        "number",
        "Activated partial thromboplastin time.",
        hard_range=(10, 400),
        plausible_range=(20, 150),
    ),
    Variable("antiplatelet", "Antiplatelet use", "", "boolean", "Any antiplatelet drug at onset."),
    Variable(
        "anticoagulant",
        "Anticoagulant use",
        "",
        "boolean",
        "Warfarin, a direct oral anticoagulant or heparin at onset.",
    ),
    Variable(
        "nihss",
        "NIHSS",
        "",
        "integer",
        "National Institutes of Health Stroke Scale on admission.",
        hard_range=(0, 42),
        plausible_range=(0, 42),
    ),
    Variable(
        "glucose_mg_dl",
        "Glucose",
        "mg/dL",
        "number",
        "Plasma glucose on admission; 1 mmol/L is 18 mg/dL.",
        hard_range=(20, 2000),
        plausible_range=(40, 600),
        unit_slip=UnitSlip("mmol/L", 18),
    ),
    Variable(
        "recurrent_ich",
        "Earlier hemorrhage",
        "",
        "boolean",
        "An intracerebral hemorrhage before this one.",
    ),
    Variable(
        "ivh", "Blood in the ventricles", "", "boolean", "Intraventricular extension on this CT."
    ),
    Variable(
        "infratentorial", "Infratentorial", "", "boolean", "Origin in brain stem or cerebellum."
    ),
    Variable(
        "spot_sign",
        "Spot sign",
        "",
        "choice",
        "On CT angiography; unknown where there was none.",
        choices=("absent", "present"),
    ),
)
VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _TABLE}


def gcs_group(gcs: float) -> GcsGroup:
    """Severity group of a Glasgow Coma Scale sum: 13-15 mild, 9-12 moderate, 3-8 severe."""
    if not 3 <= gcs <= 15:
        raise ValueError(f"GCS {gcs:g} found, 3 to 15 expected.")
    if gcs >= 13:
        return "mild"
    return "moderate" if gcs >= 9 else "severe"


def fibrinogen_mg_dl(fibrinogen_g_l: float) -> float:
    """Fibrinogen in mg/dL from g/L.

    >>> fibrinogen_mg_dl(3.2)
    320.0
    """
    return fibrinogen_g_l * 100
