import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.cohort.table import CohortTable
from core.domain import MODEL_KINDS, ClinicalFindings, ImageFindings
from core.errors import ClinicalDataError, ModelInvalidError, UsageError
from core.models.card import CARD, read_card
from core.models.folder import CLASSIFIER, HEMATOMA_NET, load_model
from core.models.integrity import sha256
from core.models.runtime import choose_runtime
from core.risk.estimate import RiskModels, estimate
from core.risk.logistic import LogisticModel, predict
from core.risk.operating import expected_auc
from core.risk.published import LEE_2024
from core.risk.risk_json import RISK, read_risk_models
from core.stats.wald import Z_95
from core.study.analysis import Analysis, analyse
from core.study.design import TERMS, design_frame
from core.study.fitted import fit_site_model
from core.study.new_model import NewModel, Site
from core.study.patients import patients_with_outcome
from core.study.plan import Plan
from core.study.recalibrated import RECALIBRATION, recalibrate_site_model

ROOT = Path(__file__).parents[2]
PATIENT = ClinicalFindings(age_years=65.0, gcs=10, fibrinogen_mg_dl=260.0)


def new_model(source: Path, folder: Path) -> NewModel:
    return NewModel("hospital", "1.0.0", date(2026, 11, 24), folder, source)


@pytest.fixture(scope="module")
def analysis(simulated: CohortTable) -> Analysis:
    return analyse(*patients_with_outcome(simulated), Plan())


@pytest.fixture(scope="module")
def fitted(
    simulated: CohortTable, untrained_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("own") / "hospital-1.0.0"
    fit_site_model(Site(simulated), new_model(untrained_model, folder))
    return folder


@pytest.fixture(scope="module")
def recalibrated(
    simulated: CohortTable, untrained_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("own") / "hospital-1.0.0"
    recalibrate_site_model(Site(simulated), new_model(untrained_model, folder), "intercept")
    return folder


@pytest.mark.parametrize("made", ["fitted", "recalibrated"])
def test_new_folder_loads_with_the_networks_of_the_released_one(
    made: str, request: pytest.FixtureRequest, untrained_model: Path
) -> None:
    folder: Path = request.getfixturevalue(made)
    model = load_model(folder, choose_runtime("cpu"))
    assert (model.identity.name, model.identity.version) == ("hospital", "1.0.0")
    for network in (CLASSIFIER, HEMATOMA_NET):
        assert sha256(folder / network) == sha256(untrained_model / network)
    assert set(model.card.files) == {path.name for path in folder.iterdir()} - {CARD}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]  # nothing unfinished


def test_risks_and_intervals_are_those_of_the_fit(fitted: Path, analysis: Analysis) -> None:
    models, design = read_risk_models(fitted / RISK), design_frame(analysis.frame)
    rows = analysis.frame.assign(row=np.arange(len(design))).dropna(
        subset=["age_years", "gcs", "fibrinogen_mg_dl", "ndl"]
    )
    for kind in MODEL_KINDS:
        fit, model = analysis.fits[kind], getattr(models, kind)
        expected = fit.probabilities(design)
        for _, patient in rows.iloc[::20].iterrows():
            clinical = ClinicalFindings(
                age_years=patient["age_years"],
                gcs=int(patient["gcs"]),
                fibrinogen_mg_dl=patient["fibrinogen_mg_dl"],
            )
            found = predict(model, clinical, ImageFindings(ndl=patient["ndl"]), model.base_rate)
            at = int(patient["row"])
            assert found.p == pytest.approx(expected[at], abs=1e-9)
            x = np.array([1.0, *design.iloc[at][list(TERMS[kind])]])
            margin = Z_95 * np.sqrt(x @ fit.covariance @ x)
            low, high = fit.log_odds(design)[at] + np.array([-margin, margin])
            # rounding of a covariance between raw intercept and coefficients
            assert found.ci95 == pytest.approx(1 / (1 + np.exp([-low, -high])), abs=1e-8)


def test_contributions_are_measured_from_the_published_reference_patient(fitted: Path) -> None:
    found = read_risk_models(fitted / RISK).integrated
    assert [(t.name, t.reference, t.step) for t in found.terms] == [
        (t.name, t.reference, t.step) for t in LEE_2024.integrated.terms
    ]
    reference = ClinicalFindings(age_years=62.0, gcs=15, fibrinogen_mg_dl=325.0)
    risk = predict(found, reference, ImageFindings(ndl=20.0), found.base_rate)
    assert [share.log_odds for share in risk.contributions] == [0.0] * 4


def test_patient_without_fibrinogen_has_a_model_fitted_without_it(fitted: Path) -> None:
    models = read_risk_models(fitted / RISK)
    used = models.used_for(replace(PATIENT, fibrinogen_mg_dl=None))
    assert used["clinical"].variables == ("age_years", "gcs")
    assert used["integrated"].variables == ("age_years", "gcs", "ndl")
    assert used["integrated"].source.endswith("without fibrinogen")


def test_card_says_what_the_risk_models_were_fitted_to(
    fitted: Path, simulated: CohortTable, analysis: Analysis, untrained_model: Path
) -> None:
    card, fit = read_card(fitted / CARD), analysis.fits["integrated"]
    for words in (
        "Simulated patients: these risks hold for no patient.",
        f"Fitted to {fit.n} patients ({fit.events} expansions) of hospital",
        "2026-11-24",
        sha256(simulated.path),
        sha256(untrained_model / CARD),
    ):
        assert words in card.risk_models
    assert "SIM-0001" not in (fitted / CARD).read_text()
    assert card.expansion_labels == read_card(untrained_model / CARD).expansion_labels


def test_card_holds_discrimination_and_calibration_on_the_test_patients(
    fitted: Path, analysis: Analysis
) -> None:
    card = read_card(fitted / CARD)
    for kind in ("clinical", "integrated"):
        found, tested = card.validated(kind), analysis.tested[kind]
        assert found is not None
        assert (found.n, found.events) == (len(tested.outcome), int(tested.outcome.sum()))
        # the same risks, centred: equal but for rounding
        assert found.auc == pytest.approx(tested.auc.auc, abs=1e-9)
        assert found.slope == pytest.approx(tested.calibration.slope, abs=1e-6)
        assert found.brier == pytest.approx(tested.calibration.brier, abs=1e-9)
    assert {found.model for found in card.validation} == set(RiskModels.__dataclass_fields__)


def test_accuracy_expected_of_the_paper_is_not_claimed_for_a_sites_models(
    fitted: Path, recalibrated: Path
) -> None:
    for folder in (fitted, recalibrated):
        assert expected_auc(read_risk_models(folder / RISK).integrated) is None


def test_what_if_of_an_own_model_does_without_torch(fitted: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from core.domain import ClinicalFindings, ImageFindings\n"
        "from core.risk.estimate import estimate\n"
        "from core.risk.risk_json import read_risk_models\n"
        f"models = read_risk_models(Path({str(fitted / RISK)!r}))\n"
        "patient = ClinicalFindings(age_years=65.0, gcs=10, fibrinogen_mg_dl=260.0)\n"
        "risk = estimate(ImageFindings(30.0), patient, models, 0.3)\n"
        "print(*(found.p for found in risk.estimates))\n"
        "sys.exit('torch' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    expected = estimate(ImageFindings(30.0), PATIENT, read_risk_models(fitted / RISK), 0.3)
    assert [float(p) for p in ended.stdout.split()] == [found.p for found in expected.estimates]


def test_altered_risk_models_are_refused(
    fitted: Path, simulated: CohortTable, tmp_path: Path
) -> None:
    folder = tmp_path / "altered-1.0.0"
    folder.mkdir()
    for file in fitted.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / RISK).write_text((folder / RISK).read_text().replace("hospital", "Hospital"))
    with pytest.raises(ModelInvalidError, match=r"risk\.json .* is altered"):
        load_model(folder, choose_runtime("cpu"))
    # nor can a new folder be made from it, whose hashes would hide it
    with pytest.raises(ModelInvalidError, match="is altered"):
        fit_site_model(Site(simulated), new_model(folder, tmp_path / "new-1.0.0"))
    assert not (tmp_path / "new-1.0.0").exists()


def test_existing_folder_is_never_touched(
    simulated: CohortTable, untrained_model: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="exists already"):
        fit_site_model(Site(simulated), new_model(untrained_model, tmp_path))
    assert not list(tmp_path.iterdir())


def test_name_of_the_released_model_is_refused(
    simulated: CohortTable, untrained_model: Path, tmp_path: Path
) -> None:
    new = replace(new_model(untrained_model, tmp_path / "new"), name="by hand", version="1.2.3")
    with pytest.raises(UsageError, match="another name or version"):
        fit_site_model(Site(simulated), new)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", ["fit", "recalibrate"])
def test_few_patients_leave_no_folder(
    make: str, simulated: CohortTable, untrained_model: Path, tmp_path: Path
) -> None:
    few = Site(replace(simulated, rows=simulated.rows[:40]))
    new = new_model(untrained_model, tmp_path / "new")
    with pytest.raises(ClinicalDataError, match="at least 5 expected"):
        fit_site_model(few, new) if make == "fit" else recalibrate_site_model(few, new, "slope")
    assert not list(tmp_path.iterdir())


def test_recalibration_is_written_with_calibration_before_and_after(
    recalibrated: Path, simulated: CohortTable
) -> None:
    document = json.loads((recalibrated / RECALIBRATION).read_text())
    assert document["simulated"] is True
    assert document["cohort_sha256"] == sha256(simulated.path)
    found = document["models"]["integrated"]
    before, after = found["before"]["validation"], found["after"]["validation"]
    # Adding to every log-odds leaves ranks and slope alone, and moves what is missing by as much.
    assert before["auc"] == after["auc"]
    assert before["slope"] == pytest.approx(after["slope"], abs=1e-6)
    moved = before["intercept"] - after["intercept"]
    assert moved == pytest.approx(found["intercept_change"], abs=1e-6)
    for curve in (found["before"]["curve"], found["after"]["curve"]):
        assert sum(each["n"] for each in curve) == before["n"]
    models = read_risk_models(recalibrated / RISK)
    change = models.integrated.intercept - LEE_2024.integrated.intercept
    assert change == pytest.approx(found["intercept_change"], abs=1e-12)


def test_recalibrated_models_keep_the_published_terms(recalibrated: Path) -> None:
    models = read_risk_models(recalibrated / RISK).by_place()
    published: dict[str, LogisticModel] = LEE_2024.by_place()
    assert {p: m.coefficients.tolist() for p, m in models.items()} == {
        p: m.coefficients.tolist() for p, m in published.items()
    }
