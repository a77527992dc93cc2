"""Probabilities as the reader sees them."""

from core.domain import EstimateKind
from core.risk.image_variables import ALL_VARIABLES, L5, NDL

_THIN = "\N{NARROW NO-BREAK SPACE}"


def model_name(kind: EstimateKind) -> str:
    """Name of a model for the reader."""
    return "Outcome-based" if kind == "outcome" else f"{kind.capitalize()}-to-HE"


def hounsfield(density_hu: float) -> str:
    """Density with its unit.

    >>> hounsfield(-15.83)
    '−15.8 HU'
    """
    return f"{density_hu:.1f} HU".replace("-", "\N{MINUS SIGN}")


def milliliters(volume_ml: float) -> str:
    """Volume with its unit; the border of a hematoma warrants no more than one decimal.

    >>> milliliters(30.3882)
    '30.4 mL'
    """
    return f"{volume_ml:.1f} mL"


def image_score(ndl: float) -> str:
    """The nDL score, which has no unit.

    >>> image_score(35.93)
    '35.9'
    """
    return f"{ndl:.1f}"


def value_of(variable: str, value: float) -> str:
    """Value of a finding with its unit, the same digits wherever it is shown.

    >>> value_of("irregular", 1.0), value_of("gcs", 10.0), value_of("onset_to_ct_h", 1.25)
    ('yes', '10', '1.2 h')
    """
    if variable == L5:
        return hounsfield(value)
    if variable == NDL:
        return image_score(value)
    if variable == "volume_ml":
        return milliliters(value)
    found = ALL_VARIABLES[variable]
    if found.kind == "boolean":
        return "yes" if value else "no"
    return f"{value:.1f}".removesuffix(".0") + (f" {found.unit}" if found.unit else "")


def percent(share: float) -> str:
    """Share in [0, 1] as a whole percentage.

    >>> percent(0.004).replace(_THIN, " ")
    '< 1 %'
    """
    whole = _bounded(share)
    return f"{whole}{_THIN}%"


def interval(ci95: tuple[float, float]) -> str:
    """95 % interval of a share in [0, 1], its ends bounded as ``percent`` is.

    >>> interval((0.002, 0.02)).replace(_THIN, " ")
    '< 1–2 %'
    """
    low, high = ci95
    return f"{_bounded(low)}\N{EN DASH}{_bounded(high)}{_THIN}%"


def natural_frequency(share: float) -> str:
    """Share in [0, 1] as a count of patients.

    >>> natural_frequency(0.27)
    'about 27 of 100 such patients'
    """
    whole = _bounded(share)
    words = whole.replace(f"<{_THIN}", "fewer than ").replace(f">{_THIN}", "more than ")
    return f"{words if words != whole else 'about ' + whole} of 100 such patients"


def _bounded(share: float) -> str:
    """Whole percentage; never 0 or 100, which no model can claim."""
    if share < 0.005:
        return f"<{_THIN}1"
    if share >= 0.995:
        return f">{_THIN}99"
    return f"{100 * share:.0f}"
