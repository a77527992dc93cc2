"""The one table of clinical variables: form, command line, cohort reader and report all read it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Real
from typing import Any, Literal

from core.domain import ClinicalFindings, QualityFinding, Severity
from core.errors import ClinicalDataError

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


def read_clinical(values: Mapping[str, object]) -> ClinicalFindings:
    """Clinical findings from user input by the names of ``VARIABLES``.

    A value that is absent, None or blank text is unknown.  Numbers may come as text (a CSV cell).
    Raises ClinicalDataError that lists every problem at once, and never repeats text that was
    entered, for it may be a patient's name in the wrong column.
    """
    read: dict[str, Any] = {}
    problems: list[str] = []
    for name, entered in values.items():
        try:
            read[name] = read_value(known_variable(name), entered)
        except ClinicalDataError as problem:
            problems.append(problem.message)
    if problems:
        raise ClinicalDataError(
            " ".join(problems), "Correct each of these values, or leave it out where it is unknown."
        )
    return ClinicalFindings(**read)


def known_variable(name: str) -> Variable:
    """Variable of that name; raises ClinicalDataError with the nearest known name."""
    if name in VARIABLES:
        return VARIABLES[name]
    # 0.5 finds "age" -> "age_years"; the default 0.6 would not.
    nearest = get_close_matches(name, VARIABLES, n=1, cutoff=0.5)
    hint = f'did you mean "{nearest[0]}"?' if nearest else f"known are {', '.join(VARIABLES)}."
    raise ClinicalDataError(
        f'"{name}" is not a clinical variable; {hint}', "Use the names of the variable table."
    )


def read_value(variable: Variable, entered: object) -> Value | None:
    """Value of one variable from user input, None if blank; raises ClinicalDataError."""
    if entered is None or (isinstance(entered, str) and not entered.strip()):
        return None
    if variable.kind == "boolean":
        return _boolean(variable, entered)
    if variable.kind == "choice":
        return _choice(variable, entered)
    number = _within_hard_range(variable, _number(variable, entered))
    return _whole(variable, number) if variable.kind == "integer" else number


def implausible(clinical: ClinicalFindings) -> tuple[QualityFinding, ...]:
    """Warnings for values that are possible but outside their plausible range."""
    findings = []
    for variable in VARIABLES.values():
        value = getattr(clinical, variable.name)
        if value is None or variable.plausible_range is None:
            continue
        low, high = variable.plausible_range
        if not low <= value <= high:
            findings.append(
                QualityFinding(
                    f"implausible-{variable.name}".replace("_", "-"),
                    Severity.WARNING,
                    f"{variable.label} is {variable.quantity(value)}; {low:g} to "
                    f"{variable.quantity(high)} expected.",
                    f"Check the value and its unit. {variable.help}",
                )
            )
    return tuple(findings)


def _refuse(variable: Variable, complaint: str) -> ClinicalDataError:
    return ClinicalDataError(
        f"{variable.label} ({variable.name}) {complaint}",
        "Correct the value, or leave it out where it is unknown.",
    )


def _number(variable: Variable, entered: object) -> float:
    # bool is a number to Python, but "GCS true" is a slip.
    if isinstance(entered, bool) or not isinstance(entered, Real | str):
        raise _refuse(variable, f"is of type {type(entered).__name__}; a number is expected.")
    try:
        number = float(entered)
    except ValueError:
        raise _refuse(
            variable, "is text; a number with a decimal point is expected, without its unit."
        ) from None
    if not math.isfinite(number):
        raise _refuse(variable, f"is {number}; a finite number is expected.")
    return number


def _whole(variable: Variable, number: float) -> int:
    if not number.is_integer():
        raise _refuse(variable, f"is {number:g}; a whole number is expected.")
    return int(number)


def _within_hard_range(variable: Variable, number: float) -> float:
    if variable.hard_range is None:
        return number
    low, high = variable.hard_range
    if low <= number <= high:
        return number
    found = f"is {variable.quantity(number)}; {low:g} to {variable.quantity(high)} is possible."
    slip = variable.unit_slip
    if slip and low <= number * slip.factor <= high:
        found += (
            f" {slip.unit} suspected: {number:g} {slip.unit} would be "
            f"{variable.quantity(number * slip.factor)}."
        )
    raise _refuse(variable, found)


def _boolean(variable: Variable, entered: object) -> bool:
    word = str(entered).strip().lower()
    if word in {"true", "yes", "1", "1.0"}:
        return True
    if word in {"false", "no", "0", "0.0"}:
        return False
    raise _refuse(variable, "is neither yes nor no; true, false, yes, no, 1 or 0 is expected.")


def _choice(variable: Variable, entered: object) -> str:
    word = str(entered).strip().lower()
    if word not in variable.choices:
        raise _refuse(
            variable, f"is none of the choices; {' or '.join(variable.choices)} expected."
        )
    return word
