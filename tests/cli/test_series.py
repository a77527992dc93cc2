import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A soft-tissue series, its bone reconstruction, and a localizer."""
    hu = head_hu()
    geometry = axial_geometry(hu.shape)
    soft = {"SeriesInstanceUID": "1.1", "SeriesDescription": "Head 5.0"}
    bone = {"SeriesInstanceUID": "1.2", "ConvolutionKernel": "H70h"}
    localizer = {"SeriesInstanceUID": "1.3", "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}
    for name, header in (("soft", soft), ("bone", bone), ("localizer", localizer)):
        write_ct_series(hu, geometry, tmp_path / name, header)
    return tmp_path


def test_series_are_listed_with_the_chosen_one_and_the_reasons(call: Call, study: Path) -> None:
    code, printed, complaints = call("series", study)
    lines = printed.splitlines()
    assert (code, complaints) == (0, "")
    assert lines[:2] == ["* CT, Head 5.0: axial CT, 24 slices, 5.0 mm apart", "    1.1"]
    assert "sharp kernel, made for bone" in lines[2]
    assert "localizer" in lines[4]


def test_json_names_the_chosen_series(call: Call, study: Path) -> None:
    code, printed, _ = call("series", study, "--json")
    listed = json.loads(printed)["series"]
    assert code == 0
    assert [series["chosen"] for series in listed] == [True, False, False]
    assert [series["suitable"] for series in listed] == [True, True, False]
    assert (listed[0]["uid"], listed[0]["slices"], listed[0]["spacing_mm"]) == ("1.1", 24, 5.0)


def test_study_without_a_head_ct_is_listed_and_refused(call: Call, tmp_path: Path) -> None:
    hu = head_hu()
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, {"Modality": "MR"})
    code, printed, complaints = call("series", tmp_path, "--json")
    (listed,) = json.loads(printed)["series"]
    assert code == 3
    assert (listed["modality"], listed["chosen"], listed["reasons"]) == ("MR", False, ["not CT"])
    assert complaints.startswith("error: Found 1 MR series")
