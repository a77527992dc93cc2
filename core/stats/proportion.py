"""Interval of a proportion."""

from statsmodels.stats.proportion import proportion_confint


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Wilson 95 % interval of successes / n; it holds the share itself, also where that is 0 or 1.

    The formula alone gives 2.8e-17 as the lower end of 0 of 9.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} found; 0 <= successes <= n and n > 0 expected.")
    low, high = proportion_confint(successes, n, alpha=0.05, method="wilson")
    share = successes / n
    return min(float(low), share), max(float(high), share)
