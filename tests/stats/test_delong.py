import numpy as np
import pytest
from scipy.stats import norm

from core.stats.delong import auc_with_interval, compare_auc
from core.stats.roc import roc_auc

LABELS = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1])
FIRST = np.array([0.1, 0.3, 0.3, 0.3, 0.4, 0.5, 0.6, 0.6, 0.8, 0.9])


def _brute_force(labels, *scores):
    """Areas and their covariance from all pairs, as DeLong 1988 defines them."""
    components = []
    for score in scores:
        positive, negative = score[labels == 1, np.newaxis], score[labels == 0]
        psi = (positive > negative) + 0.5 * (positive == negative)  # (positives, negatives)
        components.append((psi.mean(axis=1), psi.mean(axis=0)))
    v10, v01 = (np.array(rows) for rows in zip(*components, strict=True))
    areas = v10.mean(axis=1)
    spread_10, spread_01 = v10 - areas[:, np.newaxis], v01 - areas[:, np.newaxis]
    m, n = v10.shape[1], v01.shape[1]
    covariance = spread_10 @ spread_10.T / (m - 1) / m + spread_01 @ spread_01.T / (n - 1) / n
    return areas, covariance


def _scored(seed, *, decimals):
    random = np.random.default_rng(seed)
    labels = np.repeat([0, 1], [86, 21])
    first = np.round(random.normal(size=107) + labels, decimals)
    return labels, first, np.round(first + random.normal(size=107), decimals)


@pytest.mark.parametrize("decimals", [1, 12], ids=["many ties", "no ties"])
@pytest.mark.parametrize("seed", [0, 1])
def test_midranks_give_what_all_pairs_give(seed, decimals):
    labels, first, second = _scored(seed, decimals=decimals)
    areas, covariance = _brute_force(labels, first, second)
    found = auc_with_interval(labels, first)
    assert found.auc == pytest.approx(areas[0])
    assert found.auc == pytest.approx(roc_auc(labels, first))
    assert found.standard_error == pytest.approx(np.sqrt(covariance[0, 0]))
    compared = compare_auc(labels, first, second)
    error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert compared.z == pytest.approx((areas[0] - areas[1]) / error)
    assert compared.p == pytest.approx(2 * norm.sf(abs(compared.z)))
    assert np.diff(compared.ci95) == pytest.approx(2 * 1.959964 * error)


def test_variance_of_a_small_table_is_that_by_hand():
    # Positives 2 and 4 outrank 1 and 2 of the negatives 1 and 3: structural components 1/2 and 1,
    # and 1 and 1/2; variance 1/8 each, halved and added
    found = auc_with_interval([0, 1, 0, 1], [1, 2, 3, 4])
    assert found.auc == 0.75
    assert found.standard_error == pytest.approx(np.sqrt(1 / 8))
    assert found.ci95 == pytest.approx((0.75 - 1.959964 * np.sqrt(1 / 8), 1.0))


def test_interval_at_the_paper_s_counts_is_hanley_and_mcneil_s():
    # Table 3: AUC 0.76 of 21 against 86 patients is printed with [0.64, 0.89].
    auc, m, n = 0.76, 21, 86
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (m - 1) * (q1 - auc**2) + (n - 1) * (q2 - auc**2)) / (m * n)
    hanley = auc - 1.96 * np.sqrt(variance), auc + 1.96 * np.sqrt(variance)
    assert np.round(hanley, 2).tolist() == [0.63, 0.89]
    # Normal quantiles of the binormal curve of that area: a sample without the luck of a draw.
    gap = np.sqrt(2) * norm.ppf(auc)
    scores = np.concatenate(
        [norm.ppf((np.arange(n) + 0.5) / n), gap + norm.ppf((np.arange(m) + 0.5) / m)]
    )
    found = auc_with_interval(np.repeat([0, 1], [n, m]), scores)
    # Hanley and McNeil assume exponential, not normal scores: alike, not equal.
    assert found.ci95 == pytest.approx(hanley, abs=0.03)


def test_better_score_is_told_from_noise():
    labels = np.repeat([0, 1], 100)
    random = np.random.default_rng(2)
    good, noise = random.normal(size=200) + 1.5 * labels, random.normal(size=200)
    found = compare_auc(labels, good, noise)
    assert found.p < 1e-6
    assert found.ci95[0] > 0
    back = compare_auc(labels, noise, good)
    assert (back.difference, back.p) == pytest.approx((-found.difference, found.p))


def test_same_ranks_cannot_be_compared():
    found = compare_auc(LABELS, FIRST, FIRST * 100)
    assert (found.difference, found.z, found.p) == (0.0, None, None)


def test_perfect_order_has_no_interval():
    found = auc_with_interval([0, 0, 1, 1], [1, 2, 3, 4])
    assert (found.auc, found.ci95) == (1.0, None)


def test_class_of_one_patient_has_no_variance():
    with pytest.raises(ValueError, match="1 positive and 3 negative"):
        auc_with_interval([0, 0, 0, 1], [1, 2, 3, 4])


def test_missing_score_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        compare_auc([0, 0, 1, 1], [1, 2, 3, 4], [1, 2, np.nan, 4])
