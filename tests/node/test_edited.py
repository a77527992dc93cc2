"""A reader's outline goes back to the archive, beside what was sent before."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from core.domain import Assessment, ClinicalFindings
from core.errors import UsageError
from core.node.receive import take_in
from core.node.results import queue_edited
from core.node.send import Sender
from core.node.state import DeliveryState, State
from core.pipeline import assess, reassess
from core.report.dicom_objects import dicom_objects
from core.report.pdf import Report
from tests.node.conftest import Worker
from tests.node.real import archive_at, free_port
from tests.report.make import MADE_AT


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def received(worker: Worker, study: Path, port: int) -> Worker:
    """A node that has assessed a study; its results are queued for an archive."""
    for file in study.iterdir():
        take_in(file.read_bytes(), worker.store, worker.state, wait_s=0.0)
    worker = replace(worker, settings=replace(worker.settings, send_to=(f"PACS@127.0.0.1:{port}",)))
    assert worker.assess_next()
    return worker


@pytest.fixture
def edited(received: Worker) -> Assessment:
    """The study as a reader outlined it."""
    study_uid = received.state.studies()[0].header.study_uid
    made = assess(received.store.images(study_uid), ClinicalFindings(), received.model)
    mask = np.zeros_like(made.segmentation.mask)
    mask[10:13, 30:40, 30:40] = True
    return reassess(made, mask, received.model)


def queue(edited: Assessment, worker: Worker) -> None:
    report = Report(edited, worker.model.card, worker.model.risk, MADE_AT)
    queue_edited(report, worker.store, worker.state, worker.settings.send_to, by="reader7")


def deliver(worker: Worker) -> None:
    sender = Sender(worker.store, worker.state, worker.settings)
    while sender.send_next():
        pass


def test_edited_results_are_new_objects_in_series_of_their_own_and_the_first_ones_stay(
    received: Worker, edited: Assessment, port: int
) -> None:
    with archive_at(port) as got:
        deliver(received)
        first = list(got)
        got.clear()
        queue(edited, received)
        queue(edited, received)  # a second click
        deliver(received)
    assert sorted({one.Modality for one in got}) == ["DOC", "KO", "OT", "SEG", "SR"]
    assert len({one.SOPInstanceUID for one in (*first, *got)}) == len(first) + len(got) == 56
    assert not {one.SeriesInstanceUID for one in first} & {one.SeriesInstanceUID for one in got}
    assert {one.StudyInstanceUID for one in got} == {first[0].StudyInstanceUID}
    assert {one.PatientID for one in got} == {first[0].PatientID}
    assert all(one.SeriesDescription.startswith("Edited by reader.") for one in got)
    assert not any("Edited" in one.to_json() for one in first)
    (structured,) = (one for one in got if one.Modality == "SR")
    assert "Edited by reader" in structured.to_json()
    assert {one.state for one in received.state.deliveries()} == {DeliveryState.SENT}


def test_the_trail_says_who_sent_which_edit_where(
    received: Worker, edited: Assessment, port: int
) -> None:
    queue(edited, received)
    (said,) = (
        event
        for event in (json.loads(entry.event) for entry in received.state.trail())
        if event.get("edited_by_reader")
    )
    assert (said["what"], said["by"]) == ("queued", "reader7")
    assert said["destination"] == f"PACS@127.0.0.1:{port}"
    assert said["volume_ml"] == pytest.approx(edited.volume_ml, abs=0.01)


def test_an_outline_like_the_networks_is_not_taken_for_theirs(
    received: Worker, edited: Assessment, port: int
) -> None:
    """The reader went over the outline and left it as it was."""
    as_it_was = replace(edited, segmentation=replace(edited.segmentation, edited_by_reader=False))
    uids = [uids_of(one, received) for one in (edited, as_it_was)]
    assert not uids[0] & uids[1]


def uids_of(assessment: Assessment, worker: Worker) -> set[str]:
    report = Report(assessment, worker.model.card, worker.model.risk, MADE_AT)
    made = (dcmread(io.BytesIO(content)) for content in dicom_objects(report).values())
    return {one.SOPInstanceUID for one in made}


def test_commitment_to_the_first_results_is_none_to_the_edited_ones(
    received: Worker, edited: Assessment
) -> None:
    queue(edited, received)
    state: State = received.state
    for delivery in state.deliveries():
        state.sent(delivery, objects=1)
    state.committed(state.deliveries()[0])
    states = [one.state for one in state.deliveries()]
    assert states == [DeliveryState.COMMITTED, DeliveryState.SENT]


def test_a_study_that_was_deleted_meanwhile_is_told(received: Worker, edited: Assessment) -> None:
    received.store.discard(edited.volume.series.study_uid)
    with pytest.raises(UsageError, match="No image of the study"):
        queue(edited, received)
    assert received.store.studies() == ()
