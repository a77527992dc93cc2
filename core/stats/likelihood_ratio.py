"""Likelihood ratio test of nested logistic regressions."""

from dataclasses import dataclass

from scipy.stats import chi2

from core.stats.logistic_fit import LogisticFit


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Chi-squared ``statistic`` on ``df`` degrees of freedom and its p value."""

    statistic: float
    df: int
    p: float


def likelihood_ratio(statistic: float, df: int) -> LikelihoodRatio:
    """Result of a test whose statistic, twice a difference of log-likelihoods, is known."""
    return LikelihoodRatio(statistic, df, float(chi2.sf(statistic, df)))


def likelihood_ratio_test(smaller: LogisticFit, larger: LogisticFit) -> LikelihoodRatio:
    """Test of the terms that only the larger fit has; both by maximum likelihood, same patients."""
    added = len(larger.names) - len(smaller.names)
    if not set(smaller.names) < set(larger.names):
        raise ValueError(f"{smaller.names} is not nested in {larger.names}.")
    if (smaller.n, smaller.events) != (larger.n, larger.events):
        raise ValueError(
            f"{smaller.events} of {smaller.n} and {larger.events} of {larger.n} patients found; "
            "fits of the same patients expected."
        )
    if smaller.log_likelihood is None or larger.log_likelihood is None:
        raise ValueError(
            f"Fits by {smaller.method} and {larger.method} found, maximum likelihood expected."
        )
    return likelihood_ratio(2 * (larger.log_likelihood - smaller.log_likelihood), added)
