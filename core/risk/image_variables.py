"""The one table of what the first CT says of a hematoma, measured or as a reader saw it."""

from core.risk.variables import VARIABLES, UnitSlip, Variable

NDL, L5, IRREGULAR = "ndl", "l5_hu", "irregular"

MAX_ML = 500
"""Above it a hematoma would fill a third of the skull: a slip of the unit."""
CUBIC_MM = UnitSlip("mm³", 0.001)

_TABLE = (
    Variable(
        "volume_ml",
        "Baseline volume",
        "mL",
        "number",
        "Hematoma on the baseline CT.",
        hard_range=(0.01, MAX_ML),  # a patient without any hematoma does not belong here
        unit_slip=CUBIC_MM,
    ),
    Variable(
        IRREGULAR,
        "Irregular shape",
        "",
        "boolean",
        "As a reader saw it on the first CT; the computed sign is a hint, and is never put here.",
    ),
    Variable("blend", "Blend sign", "", "boolean", "As a reader saw it on the first CT."),
    Variable(
        NDL,
        "Image score (nDL)",
        "",
        "number",
        "Image score where it is already known, mean 20.",
        hard_range=(0, 100),
    ),
    Variable(
        L5,
        "Diffuseness (L5)",
        "HU",
        "number",
        "Says how dense and compact the hematoma is; less negative means more diffuse or uneven, "
        "and a higher risk of expansion.",
        # No ball of 120 HU, the range that is filtered, has more; two SD of 871 patients.
        hard_range=(-111, 111),
        plausible_range=(-25.3, -11.3),
    ),
)
IMAGE_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _TABLE}

ALL_VARIABLES: dict[str, Variable] = VARIABLES | IMAGE_VARIABLES
"""These, and the clinical ones."""
