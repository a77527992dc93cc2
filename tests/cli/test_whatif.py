import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain import MODEL_KINDS
from core.risk.estimate import RiskModels
from core.risk.published import LEE_2024
from core.risk.risk_json import write_risk_models
from tests.cli.conftest import Call

ARGUMENTS = ("--age", "65", "--gcs", "10", "--ndl", "20")


@pytest.fixture(autouse=True)
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundled model with the published risk models."""
    release(tmp_path / "models" / "published-0.9.0", LEE_2024)
    monkeypatch.setattr("core.assets.ASSETS", tmp_path)
    return tmp_path


def release(folder: Path, models: RiskModels) -> None:
    folder.mkdir(parents=True)
    (folder / "card.json").touch()
    write_risk_models(models, folder / "risk.json")


def answer(call: Call, *arguments: str) -> dict[str, Any]:
    code, printed, complaints = call("whatif", *arguments, "--json")
    assert (code, complaints) == (0, "")
    probabilities: dict[str, Any] = json.loads(printed)["probabilities"]
    return probabilities


def test_risk_is_that_of_the_published_models(call: Call) -> None:
    found = answer(call, *ARGUMENTS, "--fibrinogen", "325")
    # By hand from the coefficients: image -1.643; clinical -1.893 - 3 x 0.0212 + 1.0476 = -0.909;
    # integrated -1.914 - 3 x 0.0196 + 0.7477 = -1.2251; p = 1 / (1 + exp(-log-odds)).
    p = {kind: found[kind]["p"] for kind in MODEL_KINDS}
    assert p == pytest.approx({"image": 0.1621, "clinical": 0.2872, "integrated": 0.2270}, abs=5e-5)


def test_outcome_based_risk_is_that_of_the_equation_for_what_is_known(call: Call) -> None:
    image = ("--l5", "-16.2", "--base-rate", f"{252 / 871}")
    known = ("--gcs", "10", "--onset", "1.5")
    # z = 0.6: E -1.0183 + 0.9487 z; F -1.6154 + 0.8517 z + 1.1222 - 0.0967 ln 2.5;
    # G -1.9073 + 0.7705 z + 0.9765 + 0.9994 - 0.0889 ln 2.5.
    expected = {("E",): 0.3896, ("F", *known): 0.4823, ("G", *known, "--irregular", "yes"): 0.6105}
    for (equation, *arguments), p in expected.items():
        found = answer(call, *image, *arguments)["outcome"]
        assert (found["equation"], found["p"]) == (equation, pytest.approx(p, abs=5e-5))


def test_fibrinogen_in_g_per_l_is_the_same(call: Call) -> None:
    expected = answer(call, *ARGUMENTS, "--fibrinogen", "320")
    assert answer(call, *ARGUMENTS, "--fibrinogen-g-l", "3.2") == expected


def test_base_rate_moves_the_risk(call: Call) -> None:
    image = answer(call, "--ndl", "20", "--base-rate", "0.5")["image"]["p"]
    # 114 of 569 expanded in the paper: -1.643 + ln(455 / 114) = -0.2590
    assert image == pytest.approx(0.4356, abs=5e-5)


def test_newest_bundled_release_answers(call: Call, assets: Path) -> None:
    fitted = replace(LEE_2024.image, source="fitted at the site")
    release(assets / "models" / "site-0.10.0", replace(LEE_2024, image=fitted))
    assert answer(call, *ARGUMENTS)["image"]["source"] == "fitted at the site"


def test_unknown_findings_give_a_reason_and_no_guess(call: Call) -> None:
    code, printed, _ = call("whatif", "--ndl", "20")
    assert code == 0
    assert "clinical    not given: Not known, but needed by the clinical model: Age" in printed
    assert answer(call, "--ndl", "20")["clinical"]["p"] is None


def test_implausible_value_is_accepted_with_a_warning(call: Call) -> None:
    code, printed, _ = call("whatif", "--age", "10", "--gcs", "15")
    assert code == 0
    assert "Warning: Age is 10 years" in printed


@pytest.mark.parametrize(
    ("arguments", "code", "found"),
    [
        (("--gcs", "17"), 4, "3 to 15 is possible"),
        (("--fibrinogen", "3.2"), 4, "g/L suspected"),
        (("--age", "old"), 4, "is text; a number"),
        (("--ndl", "130"), 2, "0 to 100 expected"),
        (("--base-rate", "20"), 2, "a share between 0 and 1 expected"),
    ],
)
def test_impossible_value_is_refused(
    call: Call, arguments: tuple[str, str], code: int, found: str
) -> None:
    answered, printed, complaints = call("whatif", *arguments)
    assert (answered, printed) == (code, "")
    assert found in complaints
