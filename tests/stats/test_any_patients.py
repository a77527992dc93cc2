"""Fits of whatever patients there are: finite numbers in order, or a refusal with a remedy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ClinicalDataError
from core.stats.delong import auc_with_interval
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit
from core.stats.proportion import wilson_interval

KINDS = st.sampled_from(["normal", "binary", "constant", "outcome", "copy", "huge", "missing"])


def columns(kinds: list[str], outcome: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    n = len(outcome)
    first = rng.normal(size=n)
    made = {
        "normal": lambda: rng.normal(50, 10, n),
        "binary": lambda: rng.integers(0, 2, n),
        "constant": lambda: np.full(n, 7.0),
        "outcome": lambda: outcome + rng.uniform(0, 0.5, n),  # separates
        "copy": lambda: 2 * first + 1,
        "huge": lambda: rng.normal(size=n) * 1e12,
        "missing": lambda: np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
    }
    drawn = {f"{kind}_{at}": made[kind]() for at, kind in enumerate(kinds)}
    return pd.DataFrame({"first": first, **drawn})


def refuse_nonsense(fit: LogisticFit) -> None:
    assert np.isfinite(fit.coefficients).all()
    assert np.isfinite(fit.covariance).all()
    low, high = fit.ci95.T
    assert (low <= fit.coefficients).all()
    assert (fit.coefficients <= high).all()
    assert ((fit.p >= 0) & (fit.p <= 1)).all()


@given(
    st.lists(KINDS, max_size=3), st.integers(10, 80), st.integers(0, 5), st.integers(0, 2**32 - 1)
)
@settings(max_examples=120, deadline=None)
def test_any_patients_are_fitted_or_refused(
    kinds: list[str], n: int, events: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    outcome = np.zeros(n)
    outcome[rng.permutation(n)[: events or n // 3]] = 1
    try:
        fit = fit_logistic(outcome, columns(kinds, outcome, rng))
    except ClinicalDataError:
        return
    refuse_nonsense(fit)
    if "outcome" in kinds:
        assert fit.method == "Firth"
    assert "constant" not in kinds
    assert kinds.count("copy") == 0


def test_one_event_is_fitted_with_a_word_on_few_events() -> None:
    rng = np.random.default_rng(1)
    outcome = np.zeros(60)
    outcome[rng.integers(60)] = 1
    fit = fit_logistic(outcome, pd.DataFrame({"age": rng.normal(size=60)}))
    refuse_nonsense(fit)
    assert "few-events" in [finding.code for finding in fit.findings]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_area_lies_in_its_interval(data: st.DataObject) -> None:
    n = data.draw(st.integers(4, 60))
    labels = np.zeros(n)
    labels[: data.draw(st.integers(2, n - 2))] = 1
    scores = data.draw(st.lists(st.floats(-1e9, 1e9, width=32), min_size=n, max_size=n))
    found = auc_with_interval(labels, scores)
    assert 0 <= found.auc <= 1
    if found.ci95 is not None:
        assert found.ci95[0] <= found.auc <= found.ci95[1]


@given(st.integers(1, 10**9), st.data())
@settings(max_examples=200, deadline=None)
def test_share_lies_in_its_interval(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson_interval(successes, n)
    assert 0 <= low <= successes / n <= high <= 1


@pytest.mark.parametrize("outcome", [np.zeros(20), np.ones(20)])
def test_outcomes_that_are_all_alike_are_refused(outcome: np.ndarray) -> None:
    with pytest.raises(ClinicalDataError):
        fit_logistic(outcome, pd.DataFrame({"age": np.arange(20.0)}))
