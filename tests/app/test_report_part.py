"""The part Report of a study that the node received: what goes out, and what the trail says."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.audit import noted
from app.inbox import rows
from app.opening import OpenStudy
from core.domain import Segmentation
from core.node.receive import take_in
from core.node.settings import NodeSettings, write_settings
from core.node.state import State
from core.node.store import Store, open_store
from tests.node.conftest import write_study

OpenApp = Callable[..., AppTest]
BUTTON = "Send edited results to the archive"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """The node of this computer; its results went to PACS1."""
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr("getpass.getuser", lambda: "reader7")
    return open_store(tmp_path / "node")


@pytest.fixture
def received(store: Store, study: OpenStudy, tmp_path: Path) -> OpenStudy:
    """The open study, as if the node had received it."""
    state, folder = State(store), write_study(tmp_path / "modality")
    for file in sorted(folder.iterdir()):
        uid = take_in(file.read_bytes(), store, state, wait_s=0.0)
    assert uid
    assert state.take_due()
    state.done(uid, "key", {}, ["PACS1@127.0.0.1:104"])
    volume = study.assessment.volume
    files = tuple(sorted(store.images(uid).iterdir()))
    series = replace(volume.series, files=files, study_uid=uid)
    return with_assessment(study, volume=replace(volume, series=series))


def with_assessment(study: OpenStudy, **changes: object) -> OpenStudy:
    return replace(study, assessment=replace(study.assessment, **changes))  # type: ignore[arg-type]


def edited(study: OpenStudy) -> OpenStudy:
    found = study.assessment.segmentation
    return with_assessment(
        study, segmentation=Segmentation(found.mask, found.geometry, edited_by_reader=True)
    )


def report_of(study: OpenStudy, open_app: OpenApp) -> AppTest:
    page = open_app(study)
    page.session_state["study.chosen.part"] = "Report"
    page.run()
    assert not page.exception
    return page


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def said(store: Store, what: str) -> list[dict[str, Any]]:
    events = [json.loads(entry.event) for entry in State(store).trail()]
    return [event for event in events if event["what"] == what]


def test_an_edited_outline_of_a_received_study_can_be_sent_back(
    received: OpenStudy, open_app: OpenApp, store: Store
) -> None:
    write_settings(NodeSettings(send_to=("PACS2@127.0.0.1:104",)), store.folder)
    page = report_of(edited(received), open_app)
    next(button for button in page.button if button.label == BUTTON).click().run()
    assert "PACS1@127.0.0.1:104, PACS2@127.0.0.1:104" in page.success[0].value
    by_reader = [event for event in said(store, "queued") if event.get("edited_by_reader")]
    assert [event["destination"][:5] for event in by_reader] == ["PACS1", "PACS2"]
    assert {event["by"] for event in by_reader} == {"reader7"}
    assert "queued PACS1@127.0.0.1:104, edited by reader" in rows()[0].sent
    first, again = State(store).deliveries()[:2]
    assert first.result != again.result
    assert store.objects(again.study_uid, again.result)


def test_neither_an_outline_of_the_networks_nor_another_study_is_offered_to_send(
    received: OpenStudy, study: OpenStudy, open_app: OpenApp
) -> None:
    assert BUTTON not in buttons(report_of(received, open_app))
    assert BUTTON not in buttons(report_of(edited(study), open_app))


def test_without_a_node_to_send_to_it_is_said(
    received: OpenStudy, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(State, "deliveries", lambda _: ())
    page = report_of(edited(received), open_app)
    next(button for button in page.button if button.label == BUTTON).click().run()
    assert "No node found that results go to" in page.error[0].value


def test_who_takes_a_file_of_a_received_study_is_in_the_trail(
    received: OpenStudy, study: OpenStudy, store: Store
) -> None:
    for of in (received, study):
        assert noted("hescope-report.pdf", lambda: b"%PDF", of.assessment)() == b"%PDF"
    (event,) = said(store, "exported")
    assert (event["export"], event["by"]) == ("hescope-report.pdf", "reader7")


def test_each_file_of_the_page_is_noted_once_it_is_asked_for(
    received: OpenStudy, open_app: OpenApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, Callable[[], object]] = {}

    def button(label: str, make: Callable[[], object], **_: object) -> bool:
        offered[label] = make
        return False

    monkeypatch.setattr("streamlit.download_button", button)
    report_of(received, open_app)
    assert said(store, "exported") == []
    for make in offered.values():
        make()
    names = [event["export"] for event in said(store, "exported")]
    assert names == ["hescope-report.pdf", "hematoma.nii.gz", "assessment.json", "slices.csv"] + [
        "deidentified.zip"
    ]
