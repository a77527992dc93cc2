"""The verbs that write results: how each is called, and whether what stands there is whole."""

import csv
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
import pypdfium2
from pydicom import dcmread

from core.batch.results import read_lines
from core.models.card import CARD, read_card
from core.models.integrity import refuse_altered
from core.simulate.cohort import simulate_cohort
from tests.cohort.make import write_table
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.models.make import write_untrained_model

_SHAPE = (12, 64, 64)
STUDIES = 4


@dataclass(frozen=True, slots=True)
class Verb:
    """A call that writes to ``out``; ``again`` is the call that goes on once it was killed.

    ``once`` raises for what is there twice, or in part.
    """

    name: str
    call: tuple[str, ...]
    again: tuple[str, ...]
    out: Path
    once: Callable[[Path], None]


def verbs(inputs: Path, out: Path, workers: int = 1) -> dict[str, Verb]:
    """Each verb on the inputs of ``write_inputs``; ``workers`` are those of a batch."""
    model, cohort = ("--model", str(inputs / "model-1.0.0")), str(inputs / "cohort.csv")
    studies, table = str(inputs / "studies"), str(inputs / "table" / "cohort.csv")

    def verb(
        name: str, folder: str, call: Sequence[str], once: Callable[[Path], None], *resume: str
    ) -> Verb:
        whole = (*name.split(), *call, "--out", str(out / folder))
        return Verb(name, whole, (*whole, *resume), out / folder, once)

    batch = (studies, "--table", table, *model, "--workers", str(workers))
    every = (
        verb("assess", "assess", (f"{studies}/P0", *model), _of_one_study),
        verb("batch", "batch", batch, _a_line_a_patient, "--resume"),
        verb("train risk", "site-1.0.0", ("--cohort", cohort, "--from", model[1]), _model),
        verb("reproduce", "study", ("--patients", "300", "--bootstrap", "0"), _study),
        verb("simulate", "simulated", ("--patients", "20"), _patients),
    )
    return {one.name: one for one in every}


def write_inputs(folder: Path, studies: int = STUDIES) -> None:
    """Small studies, their table, a model that knows nothing, and a cohort."""
    hu = head_hu(_SHAPE)
    for n in range(studies):
        hu[5, 30:34, 30:34] = 30 + n % 40  # no two neighbours are the same
        write_ct_series(hu, axial_geometry(hu.shape), folder / "studies" / f"P{n}")
    (folder / "table").mkdir()
    write_table(folder / "table", "patient,gcs", *(f"P{n},{3 + n % 13}" for n in range(studies)))
    (folder / "model-1.0.0").mkdir()
    write_untrained_model(folder / "model-1.0.0")
    simulate_cohort(300, seed=1).to_csv(folder / "cohort.csv", index=False)


def visible(folder: Path) -> list[Path]:
    """Files that a user sees."""
    found = folder.rglob("*") if folder.exists() else ()
    files = [path for path in found if path.is_file()]
    return [f for f in files if not any(p.startswith(".") for p in f.relative_to(folder).parts)]


def refuse_cut_files(folder: Path) -> None:
    """Raise where any visible file is not whole."""
    for file in visible(folder):
        if file.stat().st_size == 0:
            raise ValueError(f"{file.name} is empty")
        _READ.get(file.suffix, Path.read_bytes)(file)


def _read_pdf(file: Path) -> object:
    with pypdfium2.PdfDocument(file) as document:
        return document[len(document) - 1].get_textpage().get_text_range()


def _read_table(file: Path) -> object:
    text = file.read_text()
    rows = list(csv.reader(text.splitlines()))
    if not text.endswith("\n") or len({len(row) for row in rows}) != 1:
        raise ValueError(f"{file.name} is cut")
    return rows


def _read_page(file: Path) -> object:
    if not file.read_text().rstrip().endswith(("</html>", "</svg>")):
        raise ValueError(f"{file.name} is cut")
    return None


_READ: dict[str, Callable[[Path], object]] = {
    ".json": lambda file: json.loads(file.read_text()),
    ".gz": lambda file: np.asarray(nibabel.load(file).dataobj),
    ".dcm": lambda file: dcmread(file).pixel_array if "PixelData" in dcmread(file) else None,
    ".pdf": _read_pdf,
    ".csv": _read_table,
    ".html": _read_page,
    ".svg": _read_page,
}


def _of_one_study(out: Path) -> None:
    """Where assessment.json stands, the others do, of the same mask."""
    if (out / "assessment.json").exists():
        names = {path.name for path in visible(out)}
        missing = {"report.pdf", "hematoma.nii.gz", "slices.csv"} - names
        if missing:
            raise ValueError(f"assessment.json without {missing}")


def _a_line_a_patient(out: Path) -> None:
    table = out / "results.csv"
    if table.exists():
        lines = table.read_text().splitlines()[1:]
        patients = [line.split(",")[0] for line in lines]
        if len(set(patients)) != len(patients) or set(patients) != set(read_lines(table)):
            raise ValueError("a patient has two lines, or one that is cut")
    for folder in out.glob("P*"):
        _of_one_study(folder)


def _model(out: Path) -> None:
    if out.exists():
        refuse_altered(out, read_card(out / CARD).files)


def _study(out: Path) -> None:
    if (out / "study.html").exists() and not (out / "cohort" / "cohort.csv").exists():
        raise ValueError("a study without its cohort")


def _patients(out: Path) -> None:
    for patient in out.glob("patients/*"):
        if not patient.name.startswith(".") and len(list(patient.glob("baseline/*.dcm"))) == 0:
            raise ValueError(f"{patient.name} has no images")


def clear(out: Path) -> None:
    """Nothing of an earlier call."""
    shutil.rmtree(out, ignore_errors=True)
