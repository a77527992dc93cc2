"""What a real archive makes of what it is sent; read back by validators and highdicom."""

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom as hd
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import EncapsulatedPDFStorage, KeyObjectSelectionDocumentStorage

from core.node.receive import Receiver
from core.node.send import Sender
from core.node.state import Delivery, DeliveryState
from core.report.provenance import RESEARCH_USE
from tests.node.conftest import Worker
from tests.node.real import Orthanc, storescu, wait_until


@pytest.fixture
def assessed(worker: Worker, archive: Orthanc, study: Path) -> tuple[Worker, Delivery, Path]:
    """A study that a modality sent here and to the archive, assessed, its results queued."""
    settings = replace(worker.settings, send_to=(archive.address,))
    worker = replace(worker, settings=settings)
    receiver = Receiver(worker.store, worker.state, settings)
    try:
        assert storescu(receiver.start(), study)
        assert storescu(archive.port, study, title="ORTHANC")
        wait_until(worker.assess_next)
    finally:
        receiver.stop()
    (delivery,) = worker.state.deliveries()
    return worker, delivery, study


def sent_back(archive: Orthanc, study_uid: str) -> list[Dataset]:
    files = [
        archive.file(instance)
        for series in archive.series()
        if series["study"] == study_uid and series.get("Manufacturer") == "HEscope"
        for instance in series["instances"]
    ]
    return [dcmread(io.BytesIO(file)) for file in files]


def deliver(worker: Worker) -> None:
    assert Sender(worker.store, worker.state, worker.settings).send_next()
    assert worker.state.deliveries()[0].problem == ""


def test_results_lie_in_the_patients_study_with_correct_references(
    assessed: tuple[Worker, Delivery, Path], archive: Orthanc
) -> None:
    worker, delivery, study = assessed
    deliver(worker)
    (of_study,) = [
        one
        for one in archive.get("/studies?expand")
        if one["MainDicomTags"]["StudyInstanceUID"] == delivery.study_uid
    ]
    assert len(of_study["Series"]) == 6  # the images, SEG, SR, color, PDF, key objects
    images = {dcmread(one).SOPInstanceUID for one in study.iterdir()}
    made = {one.Modality: one for one in sent_back(archive, delivery.study_uid)}
    pictures = {
        one.SOPInstanceUID for one in sent_back(archive, delivery.study_uid) if one.Modality == "OT"
    }
    segmentation = hd.seg.segread(io.BytesIO(written(made["SEG"])))
    assert segmentation.number_of_segments == 1
    sources = {uid for _, _, uid in segmentation.get_source_image_uids()}
    assert sources <= images
    report = hd.sr.srread(io.BytesIO(written(made["SR"])))
    (group,) = report.content.get_volumetric_roi_measurement_groups()
    assert group.referenced_segment.referenced_sop_instance_uid == segmentation.SOPInstanceUID
    assert made["OT"].SourceImageSequence[0].ReferencedSOPInstanceUID in images
    keys = hd.ko.KeyObjectSelectionDocument.from_dataset(made["KO"])
    referenced = {one.referenced_sop_instance_uid for one in keys.content.get_references()}
    assert 0 < len(referenced) <= 3
    assert referenced <= pictures


def written(dataset: Dataset) -> bytes:
    content = io.BytesIO()
    dataset.save_as(content)
    return content.getvalue()


def test_each_object_says_research_use_and_no_pixel_names_the_patient(
    assessed: tuple[Worker, Delivery, Path], archive: Orthanc
) -> None:
    worker, delivery, _ = assessed
    deliver(worker)
    for made in sent_back(archive, delivery.study_uid):
        said = made.to_json()
        assert RESEARCH_USE in said, made.Modality
        if made.Modality == "OT":
            assert made.BurnedInAnnotation == "NO"
    document = next(
        one
        for one in sent_back(archive, delivery.study_uid)
        if one.SOPClassUID == EncapsulatedPDFStorage
    )
    assert document.EncapsulatedDocument.startswith(b"%PDF")
    for word in (b"DOE", b"JANE", b"MRN-4711"):
        assert word not in document.EncapsulatedDocument


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools are not installed")
def test_objects_are_as_the_standard_has_them(
    assessed: tuple[Worker, Delivery, Path], tmp_path: Path
) -> None:
    worker, delivery, _ = assessed
    for file in worker.store.objects(delivery.study_uid, delivery.result):
        done = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
        said = (done.stdout + done.stderr).splitlines()
        assert [line for line in said if line.startswith("Error")] == [], file.name


def test_dcmtk_reads_the_structured_report(assessed: tuple[Worker, Delivery, Path]) -> None:
    worker, delivery, _ = assessed
    (file,) = (
        one
        for one in worker.store.objects(delivery.study_uid, delivery.result)
        if "measurements" in one.name
    )
    done = subprocess.run(["dsrdump", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Probability of expansion" in done.stdout


def test_the_archive_answers_for_what_it_was_sent(
    assessed: tuple[Worker, Delivery, Path], archive: Orthanc
) -> None:
    worker, _, _ = assessed
    settings = replace(worker.settings, port=archive.node_port)
    receiver = Receiver(worker.store, worker.state, settings)
    receiver.start()
    try:
        deliver(worker)
        wait_until(lambda: worker.state.deliveries()[0].state is DeliveryState.COMMITTED)
    finally:
        receiver.stop()


def test_results_go_to_a_dicomweb_service_as_well(
    assessed: tuple[Worker, Delivery, Path], archive: Orthanc
) -> None:
    worker, delivery, _ = assessed
    state, uid = worker.state, delivery.study_uid
    state.sent(delivery, objects=0)  # as far as this test goes
    state.queue(uid, delivery.result, archive.web_address)
    assert Sender(worker.store, state, worker.settings).send_next()
    assert [one.problem for one in state.deliveries()] == ["", ""]
    kinds = [one.SOPClassUID for one in sent_back(archive, uid)]
    assert len(kinds) == 28
    assert KeyObjectSelectionDocumentStorage in kinds
