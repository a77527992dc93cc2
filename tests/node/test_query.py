"""A study of a real archive by its accession number, by DICOM and by DICOMweb."""

from pathlib import Path

import pytest
from pydicom import dcmread

from core.cli import main
from core.errors import UsageError
from core.node.address import parse_address
from core.node.query import find_studies
from core.node.receive import Receiver
from core.node.settings import NodeSettings, write_settings
from core.node.state import State, StudyState
from core.node.store import Store
from tests.node.conftest import Worker, write_study
from tests.node.real import Orthanc, free_port, storescu, wait_until

Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def filled(archive: Orthanc, tmp_path_factory: pytest.TempPathFactory) -> Orthanc:
    """Has one study of accession number Q-1 and two of Q-2."""
    for number, accession in enumerate(("Q-1", "Q-2", "Q-2")):
        study = tmp_path_factory.mktemp("study")
        write_study(study, AccessionNumber=accession, PatientID=f"MRN-{number}")
        assert storescu(archive.port, study, title="ORTHANC")
    return archive


def images(folder: Path) -> set[str]:
    return {dcmread(path).SOPInstanceUID for path in folder.rglob("*.dcm")}


@pytest.mark.parametrize("way", ["address", "web_address"])
def test_a_study_is_found_and_retrieved_by_its_accession_number(
    way: str, filled: Orthanc, tmp_path: Path, capsys: Printed
) -> None:
    asked = ["Q-1", "--archive", getattr(filled, way), "--store", str(tmp_path / "store")]
    assert main(["query", *asked]) == 0
    assert "20240301  DOE JANE, MRN-0" in capsys.readouterr().out
    assert main(["retrieve", *asked, "--out", str(tmp_path / "got")]) == 0
    assert "24 images written" in capsys.readouterr().out
    assert len(images(tmp_path / "got")) == 24
    pixels = dcmread(next((tmp_path / "got").iterdir())).pixel_array
    assert pixels.shape == (64, 64)


@pytest.mark.parametrize("way", ["address", "web_address"])
def test_of_several_studies_one_must_be_named(
    way: str, filled: Orthanc, tmp_path: Path, capsys: Printed
) -> None:
    asked = ["Q-2", "--archive", getattr(filled, way), "--store", str(tmp_path / "store")]
    assert main(["retrieve", *asked, "--out", str(tmp_path / "got")]) == 2
    assert "2 studies of this accession number found" in capsys.readouterr().err
    found = find_studies(parse_address(getattr(filled, way)), "Q-2", NodeSettings())
    named = ["--study", found[0].study_uid]
    assert main(["retrieve", *asked, *named, "--out", str(tmp_path / "got")]) == 0
    assert len(images(tmp_path / "got")) == 24


def test_a_retrieved_study_is_assessed_as_one_that_was_sent(
    filled: Orthanc, store: Store, state: State, worker: Worker
) -> None:
    write_settings(NodeSettings(archive=filled.address), store.folder)
    assert main(["retrieve", "Q-1", "--store", str(store.folder)]) == 0
    wait_until(worker.assess_next)
    assert [one.state for one in state.studies()] == [StudyState.DONE]


def test_the_archive_sends_to_the_node_that_listens(
    filled: Orthanc, store: Store, state: State
) -> None:
    settings = NodeSettings(port=filled.node_port, archive=filled.address, free_mb=1)
    write_settings(settings, store.folder)
    receiver = Receiver(store, state, settings)
    receiver.start()
    try:
        assert main(["retrieve", "Q-1", "--move", "--store", str(store.folder)]) == 0
    finally:
        receiver.stop()
    assert len(images(store.folder)) == 24


@pytest.mark.parametrize("accession", ["", " ", "*", "Q-?", "A\\B"])
def test_an_accession_number_that_would_match_others_is_refused(accession: str) -> None:
    with pytest.raises(UsageError, match="accession number"):
        find_studies(parse_address("A@127.0.0.1:1"), accession, NodeSettings())


@pytest.mark.parametrize("address", ["PACS@127.0.0.1:{}", "http://127.0.0.1:{}/dicom-web"])
def test_an_archive_that_is_not_there_is_an_error_in_words(
    address: str, tmp_path: Path, capsys: Printed
) -> None:
    named = address.format(free_port())
    call = ["query", "Q-1", "--archive", named, "--store", str(tmp_path)]
    assert main(call) == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_an_unknown_accession_number_finds_nothing(
    filled: Orthanc, tmp_path: Path, capsys: Printed
) -> None:
    call = ["query", "Q-9", "--archive", filled.address, "--store", str(tmp_path)]
    assert main(call) == 0
    assert "no study of this accession number" in capsys.readouterr().out


@pytest.mark.parametrize("way", ["address", "web_address"])
def test_files_are_sent_by_hand(
    way: str, archive: Orthanc, tmp_path: Path, capsys: Printed
) -> None:
    study = write_study(tmp_path / "study", AccessionNumber=f"S-{way}")
    call = ["send", str(study), "--to", getattr(archive, way), "--store", str(tmp_path)]
    assert main(call) == 0
    assert "24 files sent" in capsys.readouterr().out
    found = find_studies(parse_address(archive.address), f"S-{way}", NodeSettings())
    assert len(found) == 1
