import pytest

from core.report.digits import interval, natural_frequency, percent


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.27, "about 27 of 100 such patients"),
        (0.001, "fewer than 1 of 100 such patients"),
        (0.999, "more than 99 of 100 such patients"),
    ],
)
def test_natural_frequency_never_claims_none_or_all(share: float, words: str) -> None:
    assert natural_frequency(share) == words


def test_percentages_are_whole() -> None:
    assert percent(0.2649).replace("\u202f", " ") == "26 %"
    assert interval((0.1234, 0.456)).replace("\u202f", " ") == "12–46 %"
