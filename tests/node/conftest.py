from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from core.models.folder import Model, load_model
from core.models.runtime import choose_runtime
from core.node import work
from core.node.settings import NodeSettings
from core.node.state import State
from core.node.store import Store, open_store
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.node.real import Orthanc, orthanc


class Worker(work.Worker):
    """A process of the node's pool, in this process."""

    def assess_next(self) -> bool:
        """Whether a study was due, which is assessed now."""
        due = self.state.take_due()
        return due is not None and self.assess(due.header.study_uid)


@pytest.fixture(scope="session")
def model(untrained_model: Path) -> Model:
    return load_model(untrained_model, choose_runtime("cpu"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store")


@pytest.fixture
def state(store: Store) -> State:
    return State(store)


@pytest.fixture
def settings() -> NodeSettings:
    """A node on a free port that waits for nothing."""
    return NodeSettings(port=0, quiet_s=0.0, broken_off_s=30.0, retry_s=0.2, idle_s=30.0, free_mb=1)


@pytest.fixture
def worker(store: Store, state: State, settings: NodeSettings, model: Model) -> Worker:
    return Worker(store, state, settings, model)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The head of Jane Doe, whose accession number is A-1."""
    return write_study(tmp_path / "modality")


def write_study(folder: Path, **header: object) -> Path:
    hu = head_hu()
    shared = {
        "StudyInstanceUID": generate_uid(),
        "FrameOfReferenceUID": generate_uid(),
        "AccessionNumber": "A-1",
        "StudyDate": "20240301",
        "StudyTime": "101500",
        **header,
    }
    write_ct_series(hu, axial_geometry(hu.shape), folder, shared)
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        yield running
