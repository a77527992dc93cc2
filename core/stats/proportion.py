"""Interval of a proportion."""

from statsmodels.stats.proportion import proportion_confint


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Wilson 95 % interval of successes / n."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} found; 0 <= successes <= n and n > 0 expected.")
    low, high = proportion_confint(successes, n, alpha=0.05, method="wilson")
    return float(low), float(high)
