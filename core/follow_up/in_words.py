"""A comparison as its reader sees it, the same on page, PDF and command line."""

from core.follow_up.compare import DEFINITION, FollowUp
from core.report.digits import milliliters, value_of

_MINUS = "\N{MINUS SIGN}"


def answer(found: FollowUp) -> str:
    """Whether the hematoma expanded, in a word or two."""
    return {True: "Expanded", False: "Not expanded", None: "Not decided"}[found.expanded]


def growth(found: FollowUp) -> str:
    """Growth in mL and percent, with a sign.

    At 0 mL on the baseline there is no percentage.
    """
    words = f"{found.growth_ml:+.1f} mL"
    if found.growth_share is not None:
        words += f" ({100 * found.growth_share:+.0f} %)"
    return words.replace("-", _MINUS)


def sentence(found: FollowUp) -> str:
    """Volume then and now, growth, time between, and the definition it was held against."""
    time = "" if found.hours is None else f" in {value_of('onset_to_ct_h', found.hours)}"
    least = DEFINITION.words.replace(">=", "at least").replace(" or at least", " or")
    return (
        f"{milliliters(found.baseline.volume_ml)} on the baseline, "
        f"{milliliters(found.follow_up.volume_ml)} on the follow-up: {growth(found)}{time}. "
        f"Expansion is {least}."
    )
