from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.opening import OpenStudy
from app.tabs import Tab
from core.models.card import CARD, RiskValidation, read_card, write_card
from core.models.folder import Model
from core.models.integrity import sha256
from core.models.runtime import REFERENCE, choose_runtime
from core.risk.estimate import RiskModels
from core.risk.published import LEE_2024
from core.risk.risk_json import RISK, write_risk_models

PAGE = Path(__file__).parents[2] / "app" / "views" / "models.py"
CHOICE = "model that answers"
VALIDATED = RiskValidation(
    "clinical", "Test patients of hospital", 101, 21, 0.75, (0.63, 0.87), -0.1, (-0.6, 0.4), 1.1,
    (0.4, 1.8), 0.15,
)  # fmt: skip


def fitted(models: RiskModels) -> RiskModels:
    named = {
        place: replace(model, source="Fitted to 424 patients of hospital")
        for place, model in models.by_place().items()
    }
    return RiskModels(**named)


@pytest.fixture
def own(untrained_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A site's own model, the only one beside the bundled."""
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: tmp_path)
    folder = tmp_path / "models" / "hospital-1.0.0"
    folder.mkdir(parents=True)
    for file in untrained_model.glob("*.safetensors"):
        (folder / file.name).hardlink_to(file)
    write_risk_models(fitted(LEE_2024), folder / RISK)
    released = read_card(untrained_model / CARD)
    files = released.files | {RISK: sha256(folder / RISK)}
    card = replace(
        released, name="hospital", version="1.0.0", files=files, validation=(VALIDATED,),
        risk_models="Fitted to 424 patients.",
    )  # fmt: skip
    write_card(card, folder / CARD)
    st.cache_resource.clear()
    yield folder
    st.cache_resource.clear()


def body(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_own_model_is_listed_before_the_bundled_one_and_shown_when_chosen(own: Path) -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    choice = page.selectbox(key=CHOICE)
    assert choice.options[0] == "hospital-1.0.0 (own)"
    assert choice.value.name.startswith("hescope-")
    assert page.session_state["tab"].model_folder is None
    choice.set_value(own).run()
    assert not page.exception
    assert "hospital 1.0.0" in body(page)
    assert "Fitted to 424 patients." in body(page)
    assert "0.750 [0.630, 0.870]" in body(page).replace("\xa0", " ")
    assert page.session_state["tab"].model_folder == own


def test_another_model_closes_the_open_study(own: Path, study: OpenStudy) -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    tab = Tab("token", "", 0.0, study=study)
    page.session_state["tab"] = tab
    page.run()
    assert "closes the open study" in page.caption[0].value
    assert tab.study is study
    page.selectbox(key=CHOICE).set_value(own).run()
    assert tab.study is None


def test_another_engine_runs_the_networks_once_it_is_chosen(study: OpenStudy) -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    tab = Tab("token", "", 0.0, study=study)
    page.session_state["tab"] = tab
    page.run()
    choice = page.selectbox(key="engine of the networks")
    assert choice.options[0] == f"the fastest here ({choose_runtime().engine})"
    assert choice.value == "auto"
    choice.set_value(REFERENCE).run()
    assert not page.exception
    assert (tab.engine, tab.study) == (REFERENCE, None)
    assert "PyTorch float32" in body(page)


def test_altered_model_is_refused_where_it_was_chosen_and_does_not_answer(own: Path) -> None:
    (own / RISK).write_text((own / RISK).read_text().replace("424", "425"))
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    page.selectbox(key=CHOICE).set_value(own).run()
    assert not page.exception
    assert "is altered" in page.error[0].value.replace("\\", "")
    assert "Copy the model folder again" in page.error[0].value
    assert page.caption[-1].value.startswith("Meanwhile hescope-")
    assert "model" not in page.session_state


def test_panel_names_the_auc_that_the_card_of_an_own_model_holds(
    open_app: Callable[..., AppTest], study: OpenStudy, model: Model
) -> None:
    object.__setattr__(model, "risk", fitted(LEE_2024))
    object.__setattr__(model, "card", replace(model.card, validation=(VALIDATED,)))
    shown = body(open_app(study))
    clinical = shown.split('data-model="clinical"')[1].split("</article>")[0]
    assert "held-out AUC 0.75 [0.63, 0.87]" in clinical
    image = shown.split('data-model="image"')[1].split("</article>")[0]
    assert "not tested on other patients" in image


def found(sensitivity: float) -> dict[str, object]:
    measured = {"n": 8, "sensitivity": sensitivity, "dice": 0.75}
    return {"n": 9, "sensitivity": sensitivity, "from_1_ml": measured}


MEASURED = {
    "cross_validation": {
        "patients": 95,
        "slice": {
            "auc": 0.99, "sensitivity": 0.98, "specificity": 0.95,
            "outlined": {"sensitivity": 0.97, "specificity": 0.99},
        },
        "dice": {"mean": 0.9},
        "expansion": {"rank_correlation": 0.9},
        "plotted": {
            "roc": [[0, 0], [0, 0.9], [1, 1]],
            "outlines": [
                {"truth_ml": 5.0, "predicted_ml": 4.0, "dice": 0.7},
                {"truth_ml": 9.0, "predicted_ml": 9.5, "dice": 0.9},
            ],
        },
    },
    "inserted": {
        "validation": {
            "brains": 10, "all": found(0.5), "unseen_sites": None, "site": {"lobar": found(0.875)},
            "size": {"below 1 mL": {"n": 1, "sensitivity": 0.0, "from_1_ml": None}}, "density": {},
            "lookalikes": {"all": {"n": 50, "false_hematoma": 0.04}},
        },
    },
}  # fmt: skip


def test_card_of_a_cross_validated_release_is_drawn(own: Path) -> None:
    write_card(replace(read_card(own / CARD), metrics=MEASURED), own / CARD)
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    page.selectbox(key=CHOICE).set_value(own).run()
    assert not page.exception
    shown = body(page)
    assert "<th>lobar</th><td>9</td><td>0.88</td><td>8: 0.88, 0.75</td>" in shown
    assert "<th>below 1 mL</th><td>1</td><td>0.00</td><td>\N{EM DASH}</td>" in shown
    assert "Of 50 look-alikes" in shown
    charts = [one.proto for one in page.get("bidi_component")]
    drawn = "".join(str(chart) for chart in charts)
    for words in ("ROC curve of slices; AUC 0.990", "Agreement of volumes", "1 of 2 below 0.8"):
        assert words in drawn
