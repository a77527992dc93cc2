"""Forward selection of variables by their p value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike

from core.stats.design import checked_design
from core.stats.firth import fit_firth
from core.stats.likelihood_ratio import LikelihoodRatio, likelihood_ratio, likelihood_ratio_test
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variable not yet in the model, and the test of adding it."""

    variable: str
    test: LikelihoodRatio


@dataclass(frozen=True, slots=True)
class SelectionStep:
    """Candidates of one step, the smallest p first; ``entered`` is None where none may enter."""

    candidates: tuple[Candidate, ...]
    entered: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Variables in the order of their entry, how they were chosen, and the fit on them."""

    variables: tuple[str, ...]
    steps: tuple[SelectionStep, ...]
    fit: LogisticFit


def forward_selection(
    outcome: ArrayLike,
    predictors: pd.DataFrame,
    variables: Mapping[str, Sequence[str]],
    *,
    entry_p: float = 0.05,
) -> Selection:
    """Variables entered one by one, the smallest likelihood ratio p first, while p < entry_p.

    variables: columns of each, which enter together.  Missing values are refused, for tests on
    different patients cannot be compared: pass the patients in whom all candidates are known.
    """
    fit = fit_logistic(outcome, predictors[[]])
    entered: list[str] = []
    steps: list[SelectionStep] = []
    while len(entered) < len(variables):
        tested = [
            Candidate(name, _test_of_adding(outcome, predictors, fit, columns))
            for name, columns in variables.items()
            if name not in entered
        ]
        candidates = tuple(sorted(tested, key=lambda candidate: candidate.test.p))
        best = candidates[0]
        enters = best.test.p < entry_p
        steps.append(SelectionStep(candidates, best.variable if enters else None))
        if not enters:
            break
        entered.append(best.variable)
        fit = fit_logistic(outcome, predictors[[*fit.names, *variables[best.variable]]])
    return Selection(tuple(entered), tuple(steps), fit)


def _test_of_adding(
    outcome: ArrayLike, predictors: pd.DataFrame, smaller: LogisticFit, added: Sequence[str]
) -> LikelihoodRatio:
    """Likelihood ratio of added columns, penalized where they separate the outcomes."""
    with_added = predictors[[*smaller.names, *added]]
    larger = fit_logistic(outcome, with_added)
    if larger.method == "maximum likelihood":
        return likelihood_ratio_test(smaller, larger)
    design = checked_design(outcome, with_added)
    places = range(1 + len(smaller.names), 1 + len(design.names))
    gained = (
        fit_firth(design).penalized_log_likelihood
        - fit_firth(design, fixed=places).penalized_log_likelihood
    )
    return likelihood_ratio(2 * gained, len(added))
