import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm
from statsmodels.imputation.mice import MICE, MICEData

from core.errors import ClinicalDataError
from core.stats.imputation import impute
from core.stats.logistic import fit_complete_cases, fit_logistic
from tests.stats.make import drawn_patients

OUTCOME, COMPLETE = drawn_patients(300, [0.8, 0.5], seed=1)
# x1 is unknown in 60 patients, mostly of high x0: missing at random given x0
HIGH = np.argsort(-COMPLETE["x0"].to_numpy())[:120:2]
INCOMPLETE = COMPLETE.assign(x1=COMPLETE["x1"].mask(np.isin(np.arange(300), HIGH)))


def _columns(variables):
    return variables[["x0", "x1"]]


def test_pooled_fit_is_that_of_statsmodels():
    found = impute(OUTCOME, INCOMPLETE, n_imputations=5, seed=3).fit(_columns)
    chain = MICEData(INCOMPLETE.assign(outcome=OUTCOME.astype(float)), k_pmm=10, rng=3)
    pooled = MICE("outcome ~ x0 + x1", sm.Logit, chain, n_skip=4, fit_kwds={"disp": False}).fit(
        n_burnin=10, n_imputations=5
    )
    # Newton's steps begin elsewhere and end within 1e-8 of each other
    assert found.coefficients == pytest.approx(pooled.params, abs=1e-6)
    assert found.standard_errors == pytest.approx(pooled.bse, abs=1e-6)


def test_interval_is_rubins_t():
    found = impute(OUTCOME, INCOMPLETE, n_imputations=3, seed=3).fit(_columns)
    half = (found.ci95[:, 1] - found.ci95[:, 0]) / 2
    # wider than the normal one, because three imputations know the spread between them poorly
    assert (half / found.standard_errors > 1.96).all()
    assert found.p[2] > 2 * norm.sf(abs(found.coefficients[2] / found.standard_errors[2]))


def test_record_is_that_of_all_patients_and_says_what_was_imputed():
    found = impute(OUTCOME, INCOMPLETE, n_imputations=3, seed=0).fit(_columns)
    assert (found.method, found.n, found.events) == ("multiple imputation", 300, OUTCOME.sum())
    assert (found.log_likelihood, found.aic) == (None, None)
    assert [finding.code for finding in found.findings] == ["imputed"]
    assert "x1 in 60." in found.findings[0].message


def test_imputation_regains_precision_that_complete_cases_lose():
    imputed = impute(OUTCOME, INCOMPLETE, n_imputations=10, seed=0).fit(_columns)
    complete = fit_complete_cases(OUTCOME, INCOMPLETE)
    known = fit_logistic(OUTCOME, COMPLETE)
    errors = (known.standard_errors[1], imputed.standard_errors[1], complete.standard_errors[1])
    assert errors[0] < errors[1] < errors[2]
    # x0 is known in all, so that little is lost of its coefficient: half a standard error
    assert imputed.coefficients[1] == pytest.approx(known.coefficients[1], abs=0.5 * errors[0])


def test_nothing_missing_is_the_plain_fit():
    found = impute(OUTCOME, COMPLETE, n_imputations=2, seed=0).fit(_columns)
    plain = fit_logistic(OUTCOME, COMPLETE)
    assert found.coefficients == pytest.approx(plain.coefficients)
    assert found.ci95 == pytest.approx(plain.ci95)
    assert found.p == pytest.approx(plain.p)
    assert found.findings == ()


def test_groups_are_made_from_imputed_gcs_and_values_are_other_patients():
    random = np.random.default_rng(0)
    gcs = pd.Series(random.choice([5.0, 10.0, 15.0], size=300)).where(random.random(300) > 0.2)
    anticoagulant = pd.array(random.random(300) < 0.3, dtype="boolean")
    anticoagulant[:20] = pd.NA
    seen = []

    def groups(variables):
        seen.append(variables.copy())
        severe, moderate = variables["gcs"] <= 8, variables["gcs"].between(9, 12)
        return pd.DataFrame({"severe": severe, "moderate": moderate})

    variables = pd.DataFrame({"gcs": gcs, "anticoagulant": anticoagulant})
    found = impute(OUTCOME, variables, n_imputations=2, seed=0).fit(groups)
    assert found.names == ("severe", "moderate")
    assert set(pd.concat(seen)["gcs"]) == {5.0, 10.0, 15.0}
    assert set(pd.concat(seen)["anticoagulant"]) == {0.0, 1.0}


def test_seed_fixes_the_imputations():
    first, again, other = (
        impute(OUTCOME, INCOMPLETE, n_imputations=2, seed=seed).fit(_columns) for seed in (1, 1, 2)
    )
    assert first.coefficients.tolist() == again.coefficients.tolist()
    assert first.coefficients.tolist() != other.coefficients.tolist()


def test_missing_outcome_is_not_imputed():
    with pytest.raises(ClinicalDataError, match="1 of 300 outcomes"):
        impute([None, *OUTCOME[1:]], INCOMPLETE, seed=0)
