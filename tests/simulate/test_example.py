import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from core.dicom.choose import choose_head_ct
from core.dicom.find import find_series
from core.dicom.read import read_volume
from core.domain import ClinicalFindings
from core.simulate.example import EXAMPLES, Example, write_example
from core.simulate.phantom import Phantom, PhantomSettings, simulate_head
from tests.dicom.make import quality_of

BUNDLED = Path(__file__).parents[2] / "assets" / "examples"


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def small(small_settings: PhantomSettings) -> Example:
    """The first example, quickly scanned."""
    return dataclasses.replace(EXAMPLES[0], settings=small_settings)


@pytest.fixture(scope="module")
def written(tmp_path_factory, small: Example) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(folder, small)
    return folder


def test_two_runs_write_the_same_bytes(written, tmp_path, small):
    write_example(tmp_path, small)
    assert contents(tmp_path) == contents(written)


def test_core_dicom_reads_what_was_written(written, small_phantom: Phantom):
    volume = read_volume(choose_head_ct(find_series(written / "dicom")))
    np.testing.assert_array_equal(volume.hu, small_phantom.hu)
    np.testing.assert_allclose(volume.geometry.offsets_mm, small_phantom.geometry.offsets_mm)


def test_truth_says_that_it_is_simulated(written, small_phantom: Phantom):
    truth = json.loads((written / "truth.json").read_text())
    assert truth["simulated"] is True
    # Written to the microliter.
    assert truth["volume_ml"] == pytest.approx(small_phantom.volume_ml, abs=5e-4)


def test_unknown_findings_are_left_out(tmp_path, small):
    settings = dataclasses.replace(small.settings, n_slices=2, matrix=32, planes_per_slice=1)
    unknown = dataclasses.replace(small, settings=settings, clinical=ClinicalFindings(gcs=10))
    write_example(tmp_path, unknown)
    assert json.loads((tmp_path / "clinical.json").read_text()) == {"gcs": 10}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_bundled_example_is_what_the_table_says(example: Example):
    folder = BUNDLED / example.name
    assert ClinicalFindings(**json.loads((folder / "clinical.json").read_text())) == (
        example.clinical
    )
    truth = json.loads((folder / "truth.json").read_text())
    assert (truth["title"], truth["expanded"], truth["seed"]) == (
        example.title,
        example.expanded,
        example.seed,
    )
    files = contents(folder)
    assert len(files) == example.settings.n_slices + 2  # clinical.json, truth.json
    assert sum(map(len, files.values())) < 8e6


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_bundled_example_has_no_finding_that_a_reader_must_know(example: Example):
    volume = read_volume(choose_head_ct(find_series(BUNDLED / example.name / "dicom")))
    assert volume.hu.shape == (example.settings.n_slices, 512, 512)
    assert [*volume.findings, *quality_of(volume)] == []


def test_middle_slice_of_a_bundled_example_is_the_one_that_is_simulated():
    example = EXAMPLES[2]
    middle = example.settings.n_slices // 2
    bundled = read_volume(choose_head_ct(find_series(BUNDLED / example.name / "dicom")))
    again = simulate_head(example.settings, seed=example.seed)
    np.testing.assert_array_equal(bundled.hu[middle], again.hu[middle])
