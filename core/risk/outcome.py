"""The outcome-based risk: equation G, F or E, whichever suits what is known of the patient."""

import math
from dataclasses import dataclass, replace

import numpy as np

from core.domain import ClinicalFindings, ImageFindings, QualityFinding, Severity
from core.risk.image_variables import IRREGULAR, L5
from core.risk.l5 import (
    F_WITHOUT_TIME,
    G_WITHOUT_TIME,
    L5_MEAN_HU,
    L5_MEAN_SE_HU,
    L5_SD_HU,
    L5_SD_SE_HU,
    E,
    F,
    G,
)
from core.risk.logistic import Log1pTerm, LogisticModel, Term, variable_label
from core.risk.yu2024 import BASE_RATE, N_EXPANDED, N_PATIENTS, D, Equation

LIMITS = (
    "fitted to one published table of 871 patients (Yu 2024, doi 10.1007/s00330-024-10921-2); the "
    "scale of L5 was recovered, not printed; no patient is known with both images and outcome"
)
"""What must be said wherever this risk is shown."""

UNUSUAL_L5 = "unusual-l5"
_FEW_ABOVE_HU = L5_MEAN_HU + 2 * L5_SD_HU
_TERMS = {
    "z": Term(L5, 0.0, reference=L5_MEAN_HU, step=L5_SD_HU),
    "log1p_volume": Log1pTerm("volume_ml", 0.0, reference=15.0, step=math.log(2)),
    "log1p_time": Log1pTerm("onset_to_ct_h", 0.0, reference=3.0, step=math.log(2)),
    "irregular": Term(IRREGULAR, 0.0),
    "blend": Term("blend", 0.0),
    "gcs_moderate": Term("gcs", 0.0, level="moderate"),
    "gcs_severe": Term("gcs", 0.0, level="severe"),
}
"""Terms of the equations, from a reference patient near the table's medians.

Mean L5, 15 mL, 3 h from onset, GCS 13-15, no sign.
"""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OutcomeModel(LogisticModel):
    """An equation of the public table, centred, in the units of the variables."""

    equation: Equation


def in_units(equation: Equation) -> OutcomeModel:
    """An equation in the units of its variables, with the uncertainty of L5's scale.

    L5 enters as (L5 - mean) / SD.  Mean and SD are estimates as the coefficients are: their
    variances, independent of these, are carried into the covariance by the delta method.
    """
    names, coefficients = equation.terms, equation.coefficients
    place = {name: 1 + number for number, name in enumerate(names)}
    # Derivatives of centred intercept and terms by coefficients, then by mean and SD of L5.
    derivative = np.hstack([np.eye(len(coefficients)), np.zeros((len(coefficients), 2))])
    for name in names:
        if isinstance(_TERMS[name], Log1pTerm):
            derivative[0, place[name]] = math.log1p(_TERMS[name].reference)
    intercept = float(derivative[0, : len(coefficients)] @ coefficients)
    scaled = coefficients.copy()
    if "z" in place:
        z = place["z"]
        scaled[z] /= L5_SD_HU
        derivative[z, z] = 1 / L5_SD_HU
        derivative[0, -2] = -scaled[z]
        derivative[z, -1] = -scaled[z] / L5_SD_HU
    covariance = np.zeros((len(coefficients) + 2,) * 2)
    covariance[:-2, :-2] = equation.covariance
    covariance[-2, -2], covariance[-1, -1] = L5_MEAN_SE_HU**2, L5_SD_SE_HU**2
    return OutcomeModel(
        kind="outcome",
        intercept=intercept,
        terms=tuple(
            replace(_TERMS[name], coefficient=float(scaled[place[name]])) for name in names
        ),
        covariance=derivative @ covariance @ derivative.T,
        base_rate=BASE_RATE,
        source=f"Equation {equation.name}, fitted to outcomes of {N_PATIENTS} patients (Yu 2024)",
        n_patients=N_PATIENTS,
        n_events=N_EXPANDED,
        equation=equation,
    )


_E, _F, _G = in_units(E), in_units(F), in_units(G)
_F_WITHOUT_TIME, _G_WITHOUT_TIME = in_units(F_WITHOUT_TIME), in_units(G_WITHOUT_TIME)
EQUATION_D = in_units(D)
"""What stood in this place before L5; for comparison on tables with the readers' signs."""


def outcome_model(clinical: ClinicalFindings, image: ImageFindings) -> OutcomeModel:
    """The fullest equation for what is known of a patient.

    G where a reader has said whether the shape is irregular, else F; each without time where that
    is unknown, and E, from L5 alone, without GCS.
    """
    if clinical.gcs is None:
        return _E
    timed = clinical.onset_to_ct_h is not None
    if image.irregular is None:
        return _F if timed else _F_WITHOUT_TIME
    return _G if timed else _G_WITHOUT_TIME


def basis(clinical: ClinicalFindings, image: ImageFindings) -> str:
    """What the outcome-based risk of a patient rests on, and what more it could use, in words."""
    known = {
        L5: image.l5_hu,
        IRREGULAR: image.irregular,
        "gcs": clinical.gcs,
        "onset_to_ct_h": clinical.onset_to_ct_h,
    }
    used = ", ".join(variable_label(name) for name in outcome_model(clinical, image).variables)
    unknown = ", ".join(variable_label(name) for name, value in known.items() if value is None)
    return f"Used: {used}." + (f" Unknown: {unknown}." if unknown else "")


def unusual_l5(l5_hu: float | None) -> tuple[QualityFinding, ...]:
    """That L5 is higher than nearly all the equations were fitted to, if it is."""
    if l5_hu is None or l5_hu <= _FEW_ABOVE_HU:
        return ()
    return (
        QualityFinding(
            UNUSUAL_L5,
            Severity.WARNING,
            f"L5 is {l5_hu:.1f} HU; few hematomas, half of them below 3 mL, have more than "
            f"{_FEW_ABOVE_HU:.1f} HU. Of 23 such patients 13 expanded (57 %), where equation E "
            "expects 83 %: the outcome-based risk may be too high.",
            "Check the outline; of a very small hematoma, go by the other models.",
        ),
    )
