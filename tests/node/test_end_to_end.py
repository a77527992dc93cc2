"""A modality, the node and an archive, each a program of its own; the node is killed at random."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import MRImageStorage

from core.assets import bundled_model
from core.domain import PatientHeader
from core.node.state import DeliveryState, State, StudyState
from core.node.store import Store
from core.node.trail import verify
from core.simulate.phantom import PhantomSettings, simulate_head
from core.simulate.write_dicom import SeriesIdentity, write_ct_series
from tests.node.conftest import write_study
from tests.node.real import needs, orthanc, start_listen, storescu, wait_until

KINDS = {"head": 14, "child": 2, "half": 2, "mr": 2}
KILLS = 10
PATIENCE_S = 400  # others may use the machine
UP_S = (0.2, 4.5)  # before it is killed: while it loads its networks, or takes images
AT_WORK_S = (0.0, 0.7)  # the same once it assesses, every other time
_SMALL = PhantomSettings(matrix=128, n_slices=12, lowest_slice_mm=-26.0)
_REASONS = {"child": "younger than 19 years", "half": "slices", "mr": "CT"}


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Twenty studies by kind and number: heads that can be assessed, and others that cannot."""
    folder = tmp_path_factory.mktemp("modality")
    names = [f"{kind}-{number}" for kind, count in KINDS.items() for number in range(count)]
    phantom = simulate_head(_SMALL, seed=5)
    for seed, name in enumerate(names):
        if name.startswith("mr"):
            write_study(folder / name, SOPClassUID=MRImageStorage, Modality="MR")
            continue
        patient = PatientHeader(6.0 if name.startswith("child") else 65.0, "female")
        identity = SeriesIdentity(seed, f"DOE^JANE{seed}", f"MRN-{seed}", patient)
        hu = np.clip(phantom.hu + np.int16(seed % 3), -1024, 3071)
        files = write_ct_series(hu, phantom.geometry, folder / name, identity=identity)
        for file in files[2:] if name.startswith("half") else ():
            file.unlink()
    return {name: folder / name for name in names}


def send_all(studies: dict[str, Path], port: int) -> None:
    """Four associations at once; what breaks off is sent again, as modalities do."""

    def until_taken(study: Path) -> None:
        wait_until(lambda: storescu(port, study), within_s=PATIENCE_S)

    order = list(studies.values())
    random.Random(1).shuffle(order)
    with ThreadPoolExecutor(4) as associations:
        list(associations.map(until_taken, order))


def wait_until_it_assesses(state: State) -> None:
    """Not what the node before it was at, which waits again first."""

    def at_work() -> bool:
        return StudyState.ASSESSING in {one.state for one in state.studies()}

    wait_until(lambda: not at_work(), within_s=PATIENCE_S)
    wait_until(at_work, within_s=PATIENCE_S)


def finished(state: State) -> bool:
    ends = {StudyState.DONE, StudyState.REFUSED}
    return len(state.studies()) == sum(KINDS.values()) and (
        {one.state for one in state.studies()} <= ends
        and all(one.state is not DeliveryState.QUEUED for one in state.deliveries())
    )


@pytest.mark.timeout(1200)
def test_nothing_is_lost_and_nothing_twice_however_often_the_node_is_killed(
    studies: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("storescu", "Orthanc")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for variable in ("TMPDIR", "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(elsewhere))
    lives = random.Random(7)
    with orthanc(tmp_path / "orthanc") as archive:
        options = ("--port", archive.node_port, "--send-to", archive.address, "--retry-s", "1")
        options += ("--quiet-s", "0.5", "--broken-off-s", "20", "--free-mb", "1")
        modality = threading.Thread(target=send_all, args=(studies, archive.node_port))
        modality.start()
        store = Store(tmp_path / "store")
        for life in range(KILLS):
            node = start_listen(store.folder, bundled_model(), *options)
            if life % 2:
                wait_until_it_assesses(State(store))
            time.sleep(lives.uniform(*(AT_WORK_S if life % 2 else UP_S)))
            node.kill()
            node.wait()
        node = start_listen(store.folder, bundled_model(), *options)
        try:
            modality.join()
            wait_until(lambda: finished(State(store)), within_s=PATIENCE_S)
        finally:
            node.terminate()
            assert node.wait() == 130
        sent = archive.series()
        in_archive = Counter((one["study"], one["Modality"]) for one in sent)
    assert len({one["SeriesInstanceUID"] for one in sent}) == len(sent) == 5 * KINDS["head"]
    judge(State(store), studies, in_archive)
    verdict = verify(State(store).trail())
    assert verdict.holds
    assert verdict.count > 4 * KINDS["head"]  # received, assessed, queued, sent
    assert any("interrupted" in entry.event for entry in State(store).trail())
    left = [path for path in elsewhere.rglob("*") if path.is_file()]
    assert [path for path in left if b"MRN-" in path.read_bytes()] == []
    assert [path for path in left if path.read_bytes()[128:132] == b"DICM"] == []


def judge(state: State, studies: dict[str, Path], in_archive: Counter[tuple[str, str]]) -> None:
    found = {one.header.study_uid: one for one in state.studies()}
    for name, folder in studies.items():
        kind = name.partition("-")[0]
        uid = dcmread(next(folder.iterdir()), stop_before_pixels=True).StudyInstanceUID
        sent = {modality: in_archive[uid, modality] for modality in ("SEG", "SR", "OT")}
        if kind == "head":
            assert found[uid].state is StudyState.DONE
            assert sent == {"SEG": 1, "SR": 1, "OT": 1}
        else:
            assert found[uid].state is StudyState.REFUSED
            assert _REASONS[kind] in found[uid].reason
            assert set(sent.values()) == {0}
