import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import Comprehensive3DSRStorage, SegmentationStorage

from core.dicom.findings import Finding
from core.domain import Assessment, Distance, ImageFindings
from core.models.card import ModelCard
from core.report.dicom_objects import SEG, SR, dicom_findings, dicom_objects
from core.report.distances import place
from core.report.pdf import Report
from core.report.provenance import RESEARCH_USE, SIMULATED_BY
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from tests.report.make import MADE_AT, UNKNOWN


def made_of(assessment: Assessment, card: ModelCard) -> dict[str, bytes]:
    return dicom_objects(Report(assessment, card, LEE_2024, MADE_AT))


def read(content: bytes) -> Dataset:
    return dcmread(io.BytesIO(content))


def numbers(node: Dataset) -> dict[str, float]:
    """Every measurement of a report by the meaning of its code."""
    return {
        meaning(item): float(item.MeasuredValueSequence[0].NumericValue)
        for item in nodes(node)
        if item.get("ValueType") == "NUM"
    }


def nodes(node: Dataset) -> Iterator[Dataset]:
    """A report's item and all below it, in their order."""
    yield node
    for item in node.get("ContentSequence", ()):
        yield from nodes(item)


def meaning(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeMeaning)


def test_each_frame_lies_on_the_slice_that_it_outlines(
    scanned: Assessment, card: ModelCard
) -> None:
    seg = read(made_of(scanned, card)[SEG])
    mask, geometry = scanned.segmentation.mask, scanned.segmentation.geometry
    images = scanned.volume.images
    assert images is not None
    image_uids = [one.image_uid for one in images.slices]
    held = np.flatnonzero(mask.any(axis=(1, 2)))
    assert seg.SOPClassUID == SegmentationStorage
    assert seg.NumberOfFrames == len(held) == 2
    outlined = []
    for frame, group in zip(seg.pixel_array, seg.PerFrameFunctionalGroupsSequence, strict=True):
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        index = image_uids.index(source.ReferencedSOPInstanceUID)
        position = group.PlanePositionSequence[0].ImagePositionPatient
        assert np.array(position, float) == pytest.approx(geometry.positions_mm[index], abs=1e-5)
        assert np.array_equal(frame.astype(bool), mask[index])
        outlined.append(index)
    assert sorted(outlined) == held.tolist()
    shared = seg.SharedFunctionalGroupsSequence[0]
    orientation = shared.PlaneOrientationSequence[0].ImageOrientationPatient
    axes = [*geometry.column_axis, *geometry.row_axis]
    assert np.array(orientation, float) == pytest.approx(axes, abs=1e-5)
    assert shared.PixelMeasuresSequence[0].PixelSpacing == list(geometry.pixel_spacing_mm)


def test_objects_belong_to_the_study_and_its_frame_of_reference(
    scanned: Assessment, card: ModelCard
) -> None:
    images = scanned.volume.images
    assert images is not None
    seg, sr = (read(content) for content in made_of(scanned, card).values())
    assert {seg.StudyInstanceUID, sr.StudyInstanceUID} == {images.study_uid}
    assert seg.FrameOfReferenceUID == images.frame_of_reference_uid
    assert len({seg.SeriesInstanceUID, sr.SeriesInstanceUID, images.slices[0].series_uid}) == 3
    assert sr.SOPClassUID == Comprehensive3DSRStorage


def test_report_has_the_numbers_of_the_assessment(scanned: Assessment, card: ModelCard) -> None:
    found = numbers(read(made_of(scanned, card)[SR]))
    assert found["Volume"] == pytest.approx(scanned.volume_ml, abs=0.001)
    assert found["Volume by ABC/2"] == pytest.approx(scanned.abc2_ml, abs=0.001)
    assert found["10th percentile of Laplacian of Gaussian, sigma 5 mm"] == -18.3
    outcome = found["Probability of expansion, equation F without time"]
    assert outcome == pytest.approx(100 * scanned.risk.outcome.p, abs=0.001)
    for given in scanned.risk.estimates:
        name = f"Probability of expansion, {given.kind.capitalize()}-to-HE"
        assert found[name] == pytest.approx(100 * given.p, abs=0.001)


MEASURED = (Distance("axial", (0, 5, 10), (30, 45, 10)), Distance("coronal", (1, 2, 3), (4, 2, 7)))


def test_report_has_what_the_reader_measured_and_where(
    scanned: Assessment, card: ModelCard
) -> None:
    report = read(made_of(replace(scanned, distances=MEASURED), card)[SR])
    lengths = [node for node in nodes(report) if node.get("ValueType") == "NUM"]
    lengths = [node for node in lengths if meaning(node) == "Length"]
    assert [float(node.MeasuredValueSequence[0].NumericValue) for node in lengths] == [50, 5]
    ends = [node.ContentSequence[0] for node in lengths]
    assert [list(node.GraphicData) for node in ends] == [[0, 5, 10, 30, 45, 10], [1, 2, 3, 4, 2, 7]]
    images = scanned.volume.images
    assert images is not None
    for node in ends:
        assert (node.ValueType, node.GraphicType) == ("SCOORD3D", "POLYLINE")
        assert node.ReferencedFrameOfReferenceUID == images.frame_of_reference_uid
    named = [n.TextValue for n in nodes(report) if n.get("ValueType") == "TEXT"]
    assert [name for name in named if name.startswith("Distance")] == [
        f"Distance 1, by reader. {place(MEASURED[0], scanned.volume.geometry)}",
        "Distance 2, by reader. Coronal, P 2 mm",
    ]


def test_risk_that_is_not_given_is_not_in_the_report(scanned: Assessment, card: ModelCard) -> None:
    unknown = replace(
        scanned, ndl=None, l5_hu=None, risk=estimate(ImageFindings(), UNKNOWN, LEE_2024)
    )
    assert set(numbers(read(made_of(unknown, card)[SR]))) == {"Volume", "Volume by ABC/2"}


def test_no_object_names_the_patient(scanned: Assessment, card: ModelCard) -> None:
    objects = made_of(scanned, card)
    assert set(objects) == {SEG, SR}
    for content in objects.values():
        for word in (b"DOE", b"JANE", b"MRN-4711", b"20240105"):
            assert word not in content
        assert read(content).PatientName == ""


def test_objects_say_research_use_and_what_made_them(scanned: Assessment, card: ModelCard) -> None:
    objects = made_of(scanned, card)
    seg, sr = read(objects[SEG]), read(objects[SR])
    assert seg.ContentDescription == RESEARCH_USE
    assert sr.SeriesDescription == f"HEscope results. {RESEARCH_USE}"
    assert seg.SegmentSequence[0].SegmentAlgorithmType == "AUTOMATIC"
    edited = replace(scanned, segmentation=replace(scanned.segmentation, edited_by_reader=True))
    seg = read(made_of(edited, card)[SEG])
    assert seg.SegmentSequence[0].SegmentAlgorithmType == "SEMIAUTOMATIC"
    assert seg.SeriesDescription == "Edited by reader. HEscope hematoma"
    series = replace(scanned.volume.series, manufacturer=SIMULATED_BY)
    phantom = replace(edited, volume=replace(edited.volume, series=series))
    sr_of_phantom = read(made_of(phantom, card)[SR])
    said = (
        "Simulated. Edited by reader. HEscope results. Research use only."  # 64 characters at most
    )
    assert sr_of_phantom.SeriesDescription == said
    assert (sr.CompletionFlag, sr.VerificationFlag) == ("PARTIAL", "UNVERIFIED")


def test_objects_of_a_phantom_say_that_it_is_simulated(
    scanned: Assessment, card: ModelCard
) -> None:
    series = replace(scanned.volume.series, manufacturer=SIMULATED_BY)
    phantom = replace(scanned, volume=replace(scanned.volume, series=series))
    for content in made_of(phantom, card).values():
        assert read(content).SeriesDescription.startswith("Simulated. ")
    assert "Simulated" not in read(made_of(scanned, card)[SEG]).SeriesDescription


def test_same_assessment_has_the_same_uids_and_a_changed_one_others(
    scanned: Assessment, card: ModelCard
) -> None:
    def uids(assessment: Assessment) -> list[Any]:
        return [read(content).SOPInstanceUID for content in made_of(assessment, card).values()]

    mask = scanned.segmentation.mask.copy()
    mask[np.unravel_index(mask.argmax(), mask.shape)] = False
    other = replace(scanned, segmentation=replace(scanned.segmentation, mask=mask))
    assert uids(scanned) == uids(scanned)
    for changed in (other, replace(scanned, distances=MEASURED)):
        assert not set(uids(scanned)) & set(uids(changed))


def test_a_copy_of_the_study_under_other_uids_has_objects_of_its_own(
    scanned: Assessment, card: ModelCard
) -> None:
    images = scanned.volume.images
    assert images is not None
    copied = replace(scanned.volume, images=replace(images, study_uid="1.2.3.4"))
    uids = [
        read(content).SOPInstanceUID
        for one in (scanned, replace(scanned, volume=copied))
        for content in made_of(one, card).values()
    ]
    assert len(set(uids)) == len(uids)


def test_images_without_uids_have_no_objects_and_it_is_said(
    scanned: Assessment, card: ModelCard
) -> None:
    nifti = replace(scanned, volume=replace(scanned.volume, images=None))
    assert made_of(nifti, card) == {}
    (finding,) = dicom_findings(nifti)
    assert "no CT images with DICOM UIDs" in finding.message
    assert dicom_findings(scanned) == ()


def test_study_without_hematoma_has_nothing_to_outline(
    scanned: Assessment, card: ModelCard
) -> None:
    mask = np.zeros_like(scanned.segmentation.mask)
    empty = replace(scanned, segmentation=replace(scanned.segmentation, mask=mask))
    assert made_of(empty, card) == {}
    assert dicom_findings(empty) == ()


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools are not installed")
@pytest.mark.parametrize("name", [SEG, SR])
def test_objects_are_as_the_standard_has_them(
    name: str, scanned: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(made_of(replace(scanned, distances=MEASURED), card)[name])
    done = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    assert any("Segmentation" in line or "Comprehensive3DSR" in line for line in said)
    assert [line for line in said if line.startswith("Error")] == []


def test_structured_report_says_that_the_patient_is_a_child(
    scanned: Assessment, card: ModelCard
) -> None:
    finding = Finding.UNDER_AGE.told(least=19)
    of_child = made_of(replace(scanned, findings=(finding,)), card)[SR]
    assert b"Child: models not made for it" in of_child
    assert b"Child" not in made_of(scanned, card)[SR]
