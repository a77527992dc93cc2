"""``python -m tests.benchmarks [NAME …] [--out FILE]``: what a change may cost, as JSON.

For an otherwise idle machine; seconds are of this machine, so compare ratios and what stands in one
file.  ``engines`` and ``avx2``: ``bench --compare`` on an example; ``assess``: from the shell to
the last file; ``thin``: 300 slices of 0.5 mm; ``batch``: one worker against one a core; ``node``:
studies that a modality sends to ``listen`` against the same in a batch.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydicom import dcmread
from pydicom.uid import generate_uid

from core.assets import EXAMPLES, bundled_model
from core.node.address import parse_address
from core.node.send import send
from core.node.settings import NodeSettings
from core.node.state import State, StudyState
from core.node.store import Store
from core.simulate.phantom import PhantomSettings, simulate_head
from tests.dicom.make import write_ct_series
from tests.node.real import free_port, start_listen

EXAMPLE = EXAMPLES / "expander" / "dicom"
REPEATS = 3
N_STUDIES = 12


def core(*arguments: object) -> str:
    """Output of a verb of the command line, in a process of its own."""
    argv = [sys.executable, "-m", "core", *map(str, arguments)]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of some work."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def engines(_folder: Path) -> Any:
    """Every engine of this processor."""
    return _compared()


def avx2(_folder: Path) -> Any:
    """The same, limited to what an older computer has."""
    return _compared("--isa", "avx2")


def _compared(*limited: str) -> Any:
    return json.loads(core("bench", EXAMPLE, "--compare", "--json", *limited))


def assess(folder: Path) -> Any:
    """Seconds of ``assess`` from the shell to the last file; the first converts the networks."""
    return [
        seconds(lambda: core("assess", EXAMPLE, "--out", folder / "result"))
        for _ in range(1 + REPEATS)
    ]


def thin(folder: Path) -> Any:
    """A head in 300 slices of 0.5 mm."""
    settings = replace(
        PhantomSettings(), n_slices=300, slice_distance_mm=0.5, planes_per_slice=1, noise_hu=8.0
    )
    phantom = simulate_head(settings, seed=5)
    write_ct_series(phantom.hu, phantom.geometry, folder / "thin")
    return json.loads(core("bench", folder / "thin", "--json"))


def batch(folder: Path) -> Any:
    """Seconds of a dozen studies by one worker and by one a core, in turn."""
    for number in range(N_STUDIES):
        (folder / "studies").mkdir(exist_ok=True)
        (folder / "studies" / f"P{number:02d}").symlink_to(EXAMPLE)
    rows = [f"P{number:02d},{50 + number}" for number in range(N_STUDIES)]
    table = folder / "table.csv"
    table.write_text("\n".join(["patient,age_years", *rows, ""]), encoding="utf-8")

    def run(name: str, *workers: object) -> float:
        out = folder / f"out {name}"
        return seconds(
            lambda: core("batch", folder / "studies", "--table", table, "--out", out, *workers)
        )

    one_s, all_s = run("one", "--workers", 1), run("all")
    return {"studies": N_STUDIES, "one_worker_s": one_s, "all_s": all_s, "ratio": one_s / all_s}


def node(folder: Path) -> Any:
    """Seconds of a dozen studies by ``batch``, and from the first image sent to ``listen`` to the
    last result; both assess in one process a core, and count its start.
    """
    names = [f"P{number:02d}" for number in range(N_STUDIES)]
    studies = [_as_another_study(folder / "studies" / name) for name in names]
    table, store = folder / "table.csv", Store(folder / "store")
    table.write_text("\n".join(["patient", *names, ""]), encoding="utf-8")
    batch_s = seconds(
        lambda: core("batch", folder / "studies", "--table", table, "--out", folder / "out")
    )

    def received() -> None:
        port = free_port()
        running = start_listen(store.folder, bundled_model(), "--port", str(port), "--quiet-s", "1")
        state, address = State(store), parse_address(f"HESCOPE@127.0.0.1:{port}")
        try:
            for study in studies:
                send(sorted(study.iterdir()), address, NodeSettings())
            while [one.state for one in state.studies()].count(StudyState.DONE) < N_STUDIES:
                time.sleep(0.1)
        finally:
            running.terminate()
            running.wait()

    node_s = seconds(received)
    return {"studies": N_STUDIES, "batch_s": batch_s, "node_s": node_s, "ratio": node_s / batch_s}


def _as_another_study(folder: Path) -> Path:
    """The example as a study of its own, in a folder."""
    folder.mkdir(parents=True)
    study, series = generate_uid(), generate_uid()
    for file in EXAMPLE.iterdir():
        image = dcmread(file)
        image.StudyInstanceUID, image.SeriesInstanceUID = study, series
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.save_as(folder / file.name)
    return folder


BENCHMARKS = {made.__name__: made for made in (engines, avx2, assess, thin, batch, node)}


def main() -> None:
    """Print what was measured, or write it to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    measured = {}
    for name in arguments.names or BENCHMARKS:
        with TemporaryDirectory(prefix="benchmark-") as folder:
            measured[name] = BENCHMARKS[name](Path(folder))
    document = json.dumps(measured, indent=2) + "\n"
    if arguments.out is None:
        sys.stdout.write(document)
    else:
        arguments.out.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
