"""DICOM objects refer to the slices that the scanner made, in whatever form these came."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from core.dicom import choose_head_ct, find_series, read_volume
from core.dicom.frames import frames
from core.domain import Assessment
from core.models.card import ModelCard
from core.report.dicom_objects import SEG, SR, archive_objects, dicom_findings, dicom_objects
from core.report.pdf import Report
from core.risk.published import LEE_2024
from tests.dicom.forms import enhanced
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.dicom.test_reformat import cut, turned
from tests.dicom.test_regroup import make_each_a_series
from tests.report.make import MADE_AT

SHAPE = (40, 48, 56)
UIDS = {"StudyInstanceUID": generate_uid(), "FrameOfReferenceUID": generate_uid()}


def plain(folder: Path) -> None:
    write_ct_series(head_hu(SHAPE), axial_geometry(SHAPE), folder, UIDS)


def seen_from_above(folder: Path) -> None:
    """The patient's right at the right of the picture, anterior below."""
    geometry = axial_geometry(SHAPE, tilt_deg=15)
    turned_over = replace(geometry, column_axis=-geometry.column_axis, row_axis=-geometry.row_axis)
    write_ct_series(head_hu(SHAPE), turned_over, folder, UIDS)


def each_a_series(folder: Path) -> None:
    make_each_a_series(write_ct_series(head_hu(SHAPE), axial_geometry(SHAPE), folder, UIDS))


def multi_frame(folder: Path) -> None:
    paths = write_ct_series(head_hu(SHAPE), axial_geometry(SHAPE), folder / "slices", UIDS)
    enhanced(paths, np.random.default_rng(0).permutation(len(paths)).tolist(), folder)
    shutil.rmtree(folder / "slices")


def coronal(folder: Path) -> None:
    write_ct_series(*cut(head_hu(SHAPE), "coronal", turned(20.0)), folder, UIDS)


def sagittal(folder: Path) -> None:
    write_ct_series(*cut(head_hu(SHAPE), "sagittal", turned(-10.0)), folder, UIDS)


FORMS = (plain, seen_from_above, each_a_series, multi_frame, coronal, sagittal)


@pytest.fixture(params=FORMS, ids=lambda form: form.__name__)
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A study whose hematoma is all that has 65 HU."""
    write: Callable[[Path], None] = request.param
    write(tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture
def report(form: Path, head_study: Assessment, card: ModelCard) -> Report:
    volume = read_volume(choose_head_ct(find_series(form)))
    segmentation = replace(head_study.segmentation, mask=volume.hu == 65, geometry=volume.geometry)
    slices = tuple(replace(head_study.slices[0], index=i) for i in range(len(volume.hu)))
    found = replace(
        head_study,
        volume=volume,
        segmentation=segmentation,
        slices=slices,
        activation=np.zeros(volume.hu.shape, np.float32),
    )
    return Report(found, card, LEE_2024, MADE_AT)


def scanned(folder: Path) -> Iterator[tuple[tuple[str, str, int | None], Dataset, np.ndarray]]:
    """Series, image and frame of each slice, its header and HU."""
    for path in folder.rglob("*.dcm"):
        dataset = dcmread(path)
        headers = frames(dataset)
        stored = dataset.pixel_array.reshape(len(headers), *dataset.pixel_array.shape[-2:])
        for index, (header, pixels) in enumerate(zip(headers, stored, strict=True)):
            frame = index + 1 if len(headers) > 1 else None
            name = (dataset.SeriesInstanceUID, dataset.SOPInstanceUID, frame)
            hu = pixels * float(header.RescaleSlope) + float(header.RescaleIntercept)
            yield name, header, hu


def test_each_frame_is_the_hematoma_of_the_slice_that_it_names(form: Path, report: Report) -> None:
    content = dicom_objects(report)[SEG]
    seg = dcmread(io.BytesIO(content))
    outlined = {}
    for pixels, group in zip(seg.pixel_array, seg.PerFrameFunctionalGroupsSequence, strict=True):
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        name = source.ReferencedSOPInstanceUID, source.get("ReferencedFrameNumber")
        position = group.PlanePositionSequence[0].ImagePositionPatient
        outlined[name] = source.ReferencedSOPClassUID, pixels, np.array(position, float)
    held = {}
    for (_, image, frame), header, hu in scanned(form):
        if (hu == 65).any():
            held[image, frame] = header, hu
    assert outlined.keys() == held.keys()
    for name, (class_uid, pixels, position_mm) in outlined.items():
        header, hu = held[name]
        assert class_uid == header.SOPClassUID
        np.testing.assert_array_equal(pixels, hu == 65)
        np.testing.assert_allclose(
            position_mm, np.array(header.ImagePositionPatient, float), atol=1e-5
        )
    shared = seg.SharedFunctionalGroupsSequence[0]
    orientation = shared.PlaneOrientationSequence[0].ImageOrientationPatient
    np.testing.assert_allclose(
        np.array(orientation, float),
        np.array(header.ImageOrientationPatient, float),
        atol=1e-5,
    )


def test_objects_name_every_image_by_its_series(form: Path, report: Report) -> None:
    objects = dicom_objects(report)
    expected = {(series, image) for (series, image, _), _, _ in scanned(form)}
    seg = hd.seg.segread(io.BytesIO(objects[SEG]))
    named = {(series, image) for _, series, image in seg.get_source_image_uids()}
    assert named == expected
    sr = dcmread(io.BytesIO(objects[SR]))
    (study,) = sr.CurrentRequestedProcedureEvidenceSequence
    evidence = {
        (series.SeriesInstanceUID, image.ReferencedSOPInstanceUID)
        for series in study.ReferencedSeriesSequence
        for image in series.ReferencedSOPSequence
    }
    assert evidence == expected | {(seg.SeriesInstanceUID, seg.SOPInstanceUID)}
    referenced = {
        element.value
        for made in (seg, sr)
        for element in made.iterall()
        if element.keyword == "ReferencedSOPInstanceUID"
    }
    assert referenced == {image for _, image in expected} | {seg.SOPInstanceUID}
    assert dicom_findings(report.assessment) == ()


def test_color_pictures_name_the_slice_that_they_show(form: Path, report: Report) -> None:
    header = Dataset()
    header.StudyInstanceUID = UIDS["StudyInstanceUID"]
    pictures = [
        dcmread(io.BytesIO(content))
        for name, content in archive_objects(report, header, b"%PDF")
        if name.startswith("color")
    ]
    if any(f.code == "reformatted" for f in report.assessment.volume.findings):
        assert not any("SourceImageSequence" in picture for picture in pictures)
        return
    by_name = {(image, frame): header for (_, image, frame), header, _ in scanned(form)}
    geometry = report.assessment.volume.geometry
    for picture, offset_mm in zip(pictures, geometry.offsets_mm, strict=True):
        (source,) = picture.SourceImageSequence
        shown = by_name[source.ReferencedSOPInstanceUID, source.get("ReferencedFrameNumber")]
        lies_mm = np.array(shown.ImagePositionPatient, float) @ geometry.normal
        assert lies_mm == pytest.approx(offset_mm, abs=1e-3)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools are not installed")
@pytest.mark.parametrize("name", [SEG, SR])
def test_objects_of_every_form_are_as_the_standard_has_them(
    name: str, report: Report, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(dicom_objects(report)[name])
    done = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    assert any("Segmentation" in line or "Comprehensive3DSR" in line for line in said)
    assert [line for line in said if line.startswith("Error")] == []
