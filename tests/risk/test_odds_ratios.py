import math

import numpy as np
import pytest

from core.risk.logistic import LogisticModel, Term
from core.risk.odds_ratios import odds_ratios
from core.risk.published import LEE_2024

# Table 2 of the paper: odds ratio, interval, p (None: printed as < 0.001)
TABLE_2 = {
    "image": [(1.12, 1.08, 1.15, None)],
    "clinical": [
        (0.98, 0.96, 1.00, 0.021),
        (2.85, 1.50, 5.42, 0.001),
        (4.30, 2.26, 8.17, None),
        (1.00, 1.00, 1.00, 0.147),
    ],
    "integrated": [
        (0.98, 0.96, 1.00, 0.044),
        (2.11, 1.06, 4.20, 0.033),
        (1.92, 0.92, 3.98, 0.081),
        (1.00, 1.00, 1.00, 0.114),
        (1.10, 1.07, 1.14, None),
    ],
}


@pytest.mark.parametrize("kind", TABLE_2)
def test_published_models_give_back_table_2(kind):
    model = getattr(LEE_2024, kind)
    for ratio, (value, low, high, p) in zip(
        odds_ratios(model, per="unit"), TABLE_2[kind], strict=True
    ):
        # Half a unit of the last printed digit, and as much for our own rounding of b and SE.
        assert ratio.value == pytest.approx(value, abs=0.01)
        assert ratio.ci95 == pytest.approx((low, high), abs=0.01)
        if p is None:
            assert ratio.p < 0.001
        else:
            # Fibrinogen's b and SE are known to two digits only: 0.0020 / 0.0013 gives 0.124.
            assert ratio.p == pytest.approx(p, abs=0.011)


def test_useful_steps_are_those_a_reader_thinks_in():
    ratios = odds_ratios(LEE_2024.integrated)
    assert [(r.term, r.contrast) for r in ratios] == [
        ("age_years", "-10 years"),
        ("gcs_moderate", "9-12 vs 13-15"),
        ("gcs_severe", "3-8 vs 13-15"),
        ("fibrinogen_mg_dl", "-100 mg/dL"),
        ("ndl", "+10"),
    ]
    # clinical-reference 5.3, printed to two decimals
    assert ratios[0].value == pytest.approx(1.22, abs=0.005)
    assert ratios[3].value == pytest.approx(1.22, abs=0.005)


def test_interval_of_a_negative_step_is_in_order():
    model = LogisticModel(
        "clinical", 0.0, (Term("age_years", -0.02, step=-10.0),), np.diag([1.0, 0.0001]), 0.2, "t"
    )
    (ratio,) = odds_ratios(model)
    assert ratio.value == pytest.approx(math.exp(0.2))
    # SE 0.01 per year is 0.1 per 10 years; the quantile is written to two decimals
    assert ratio.ci95 == pytest.approx((math.exp(0.2 - 0.196), math.exp(0.2 + 0.196)), abs=1e-4)
    # z = 2
    assert ratio.p == pytest.approx(0.0455, abs=5e-5)


def test_contrast_of_yes_and_no_and_of_a_level_is_in_words():
    terms = (Term("anticoagulant", 0.4), Term("sex", 0.3, level="male"))
    model = LogisticModel("clinical", 0.0, terms, np.eye(3), 0.2, "t")
    assert [ratio.contrast for ratio in odds_ratios(model)] == ["yes vs no", "male"]
