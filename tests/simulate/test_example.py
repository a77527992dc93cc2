import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from core.dicom.choose import choose_head_ct
from core.dicom.find import find_series
from core.dicom.quality import check_quality
from core.dicom.read import read_volume
from core.domain import ClinicalFindings
from core.simulate.example import EXAMPLE_CLINICAL, write_example
from core.simulate.phantom import Phantom, PhantomSettings

BUNDLED = Path(__file__).parents[2] / "assets" / "examples" / "expander"


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def example(tmp_path_factory, small_settings: PhantomSettings) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(folder, small_settings, seed=5, clinical=EXAMPLE_CLINICAL)
    return folder


def test_two_runs_write_the_same_bytes(example, tmp_path, small_settings):
    write_example(tmp_path, small_settings, seed=5, clinical=EXAMPLE_CLINICAL)
    assert contents(tmp_path) == contents(example)


def test_core_dicom_reads_what_was_written(example, small_phantom: Phantom):
    volume = read_volume(choose_head_ct(find_series(example / "dicom")))
    np.testing.assert_array_equal(volume.hu, small_phantom.hu)
    np.testing.assert_allclose(volume.geometry.offsets_mm, small_phantom.geometry.offsets_mm)


def test_truth_says_that_it_is_simulated(example, small_phantom: Phantom):
    truth = json.loads((example / "truth.json").read_text())
    assert truth["simulated"] is True
    # Written to the microliter.
    assert truth["volume_ml"] == pytest.approx(small_phantom.volume_ml, abs=5e-4)


def test_unknown_findings_are_left_out(tmp_path, small_settings):
    settings = dataclasses.replace(small_settings, n_slices=2, matrix=32, planes_per_slice=1)
    write_example(tmp_path, settings, seed=1, clinical=ClinicalFindings(gcs=10))
    assert json.loads((tmp_path / "clinical.json").read_text()) == {"gcs": 10}


def test_bundled_example_is_complete_and_small():
    clinical = json.loads((BUNDLED / "clinical.json").read_text())
    assert ClinicalFindings(**clinical) == EXAMPLE_CLINICAL
    files = contents(BUNDLED)
    assert len(files) == 32  # 30 slices, clinical.json, truth.json
    assert sum(map(len, files.values())) < 8e6


def test_bundled_example_has_no_finding_that_a_reader_must_know():
    volume = read_volume(choose_head_ct(find_series(BUNDLED / "dicom")))
    assert volume.hu.shape == (30, 512, 512)
    assert [*volume.findings, *check_quality(volume)] == []
