"""Real parts on loopback: Orthanc as the archive, DCMTK as the modality, HEscope as the node."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pynetdicom import AE, StoragePresentationContexts, evt

ROOT = Path(__file__).parents[2]
_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


def needs(*tools: str) -> None:
    """Skip where a tool is absent; fail in CI, where nothing may be left out unseen."""
    absent = [tool for tool in tools if shutil.which(tool) is None]
    if absent:
        told = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        told(f"{', '.join(absent)} not installed")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(true: Callable[[], Any], *, within_s: float = 30.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@dataclass(frozen=True)
class Orthanc:
    """An archive that runs; it knows HESCOPE at ``node_port``."""

    port: int
    http: str
    node_port: int

    @property
    def address(self) -> str:
        return f"ORTHANC@127.0.0.1:{self.port}"

    @property
    def web_address(self) -> str:
        return f"{self.http}/dicom-web"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.http + path) as answer:
            content = answer.read()
        return json.loads(content) if answer.headers.get_content_subtype() == "json" else content

    def series(self) -> list[dict[str, Any]]:
        """Main tags of every series, with its ``instances`` and its ``study``'s UID."""
        studies = {one["ID"]: one["MainDicomTags"] for one in self.get("/studies?expand")}
        return [
            {
                **one["MainDicomTags"],
                "instances": one["Instances"],
                "study": studies[one["ParentStudy"]]["StudyInstanceUID"],
            }
            for one in self.get("/series?expand")
        ]

    def file(self, instance: str) -> bytes:
        content: bytes = self.get(f"/instances/{instance}/file")
        return content


@contextmanager
def orthanc(folder: Path, *, port: int = 0) -> Iterator[Orthanc]:
    """An archive that keeps what it is sent in a folder."""
    needs("Orthanc")
    archive = Orthanc(port or free_port(), f"http://127.0.0.1:{free_port()}", free_port())
    folder.mkdir(exist_ok=True)
    settings = {
        "Name": "test",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "Plugins": [str(_PLUGIN)] if _PLUGIN.exists() else [],
        "DicomAet": "ORTHANC",
        "DicomPort": archive.port,
        "HttpPort": int(archive.http.rpartition(":")[2]),
        "HttpServerEnabled": True,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "DicomModalities": {"node": ["HESCOPE", "127.0.0.1", archive.node_port]},
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        "OverwriteInstances": False,
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(
            ["Orthanc", folder / "orthanc.json"], cwd=folder, stdout=log, stderr=log
        )
        try:
            wait_until(lambda: _answers(archive))
            yield archive
        finally:
            running.terminate()
            running.wait()


def _answers(archive: Orthanc) -> bool:
    try:
        return bool(archive.get("/system"))
    except OSError:
        return False


@contextmanager
def archive_at(port: int) -> Iterator[list[Dataset]]:
    """What another node is sent."""
    got: list[Dataset] = []

    def stored(event: evt.Event) -> int:
        got.append(event.dataset)
        return 0

    entity = AE("PACS")
    entity.supported_contexts = StoragePresentationContexts
    handlers = [(evt.EVT_C_STORE, stored)]
    server = entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
    try:
        yield got
    finally:
        server.shutdown()


def storescu(port: int, *folders: Path, title: str = "HESCOPE") -> bool:
    """Whether a modality could send all files of these folders in one association."""
    needs("storescu")
    command = ["storescu", "-aet", "CT1", "-aec", title, "+sd", "+r", "-to", "5", "-td", "20"]
    done = subprocess.run(
        [*command, "127.0.0.1", str(port), *map(str, folders)], capture_output=True, check=False
    )
    return done.returncode == 0


def start_listen(store: Path, model: Path, *options: str | Path) -> subprocess.Popen[str]:
    """The node as a program of its own, once it listens."""
    command = [sys.executable, "-m", "core", "listen", "--store", store, "--model", model, *options]
    running = subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    said = running.stdout.readline()
    assert said.startswith("Listening as HESCOPE"), said
    return running
