"""One patient's estimate as a sentence."""

from core.domain import Contribution, RiskEstimate
from core.report.digits import interval, model_name, percent, value_of

# Below this change of the odds a finding is not worth a word: about one part in ten.
_NOTABLE_LOG_ODDS = 0.1


def in_words(estimate: RiskEstimate, base_rate: float) -> str:
    """What a model says of a patient and why, in plain words; or why it says nothing."""
    outcome = estimate.kind == "outcome"
    name = "The outcome-based model" if outcome else model_name(estimate.kind)
    if estimate.p is None or estimate.ci95 is None:
        return f"{name} gives no risk. {estimate.reason}"
    raising = _notable(estimate, sign=1)
    lowering = _notable(estimate, sign=-1)
    why = (
        f"{_listed(raising, 'raises', 'raise')}; {_listed(lowering, 'lowers', 'lower')}"
        if raising or lowering
        else "no finding moves it much"
    )
    return (
        f"{name} puts the risk of expansion at {percent(estimate.p)} ({interval(estimate.ci95)}), "
        f"{_against(estimate.p, base_rate)} {percent(base_rate)}: {why}."
    )


def _notable(estimate: RiskEstimate, *, sign: int) -> list[Contribution]:
    """Contributions of one sign, the strongest first."""
    found = [c for c in estimate.contributions if sign * c.log_odds >= _NOTABLE_LOG_ODDS]
    return sorted(found, key=lambda share: -abs(share.log_odds))


def _listed(shares: list[Contribution], singular: str, plural: str) -> str:
    if not shares:
        return f"nothing {singular} it much"
    names = [f"{share.label} {value_of(share.term, share.value)}" for share in shares]
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{joined} {singular if len(names) == 1 else plural} it"


def _against(p: float, base_rate: float) -> str:
    ratio = p / base_rate
    if ratio >= 1.25:
        return f"{ratio:.1f} times the base rate of"
    if ratio <= 0.8:
        return "below the base rate of"
    return "about the base rate of"
