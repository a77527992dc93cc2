import pytest

from core.risk.table1 import EXPANDED, STABLE, OutcomeClass
from core.stats.proportion import wilson_interval
from core.study.paper import AIC, LIKELIHOOD_RATIO, TABLE_1, TABLE_3, PrintedShare

SHARES = [
    share for row in TABLE_3.values() for share in (row.accuracy, row.sensitivity, row.specificity)
]


@pytest.mark.parametrize("share", SHARES)
def test_every_interval_of_table_3_is_wilsons(share: PrintedShare) -> None:
    # Printed to 0.1 %; one end (57.9 to 75.5) is rounded up from 75.44.
    assert wilson_interval(share.successes, share.n) == pytest.approx(share.ci95, abs=0.0011)


def test_likelihood_ratio_is_the_difference_of_aic_and_two() -> None:
    assert AIC["clinical"] - AIC["integrated"] + 2 == pytest.approx(LIKELIHOOD_RATIO)


@pytest.mark.parametrize(("printed", "known"), [("without", STABLE), ("with_expansion", EXPANDED)])
def test_printed_table_1_and_the_numbers_simulated_from_agree(
    printed: str, known: OutcomeClass
) -> None:
    words = {name: getattr(row, printed) for name, row in TABLE_1.items()}
    assert words.pop("sex") == f"{known.male} : {known.n - known.male}"
    assert int(words.pop("antiplatelet").split()[0]) == known.antiplatelet
    for group, count in known.gcs.items():
        assert int(words.pop(f"gcs_{group}")) == count
    numbers = {
        name: tuple(float(number) for number in text.split(" ± ")) for name, text in words.items()
    }
    assert numbers == {name: (found.mean, found.sd) for name, found in known.measured.items()}
