import pytest

from core.stats.decision_curve import decision_curve

LABELS = [0, 0, 1, 0, 1]
RISKS = [0.1, 0.3, 0.4, 0.6, 0.9]


def test_net_benefit_is_that_by_hand():
    found = decision_curve(LABELS, RISKS, [0.0, 0.25, 0.5])
    # at 0.25 two true, two false of five at a price of 1/3; at 0.5 one of each at a price of 1
    assert found.model == pytest.approx([2 / 5, 2 / 5 - 2 / 5 / 3, 0.0])
    assert found.treat_all == pytest.approx([2 / 5, 2 / 5 - 3 / 5 / 3, 2 / 5 - 3 / 5])


def test_risk_at_the_threshold_is_acted_on():
    assert decision_curve([1, 0], [0.5, 0.1], [0.5]).model == pytest.approx([0.5])


def test_treating_all_is_worth_nothing_at_the_base_rate():
    assert decision_curve(LABELS, RISKS, [0.4]).treat_all == pytest.approx([0.0])


@pytest.mark.parametrize("threshold", [-0.1, 1.0])
def test_threshold_without_finite_odds_is_refused(threshold):
    with pytest.raises(ValueError, match="outside"):
        decision_curve(LABELS, RISKS, [threshold])
