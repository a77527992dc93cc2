"""Clinical findings from user input, by the table of ``core.risk.variables``."""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from numbers import Real
from typing import Any

from core.domain import ClinicalFindings, QualityFinding, Severity
from core.errors import ClinicalDataError
from core.risk.variables import VARIABLES, Value, Variable


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
        if isinstance(entered, str) and "_" in entered:  # "6_5" is a number to Python
            raise ValueError
        number = float(entered)
    except OverflowError:
        number = math.inf
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
