"""Identifiers are planted wherever one can hide; none may be found in any byte that is written."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement
from pydicom.encaps import encapsulate
from pydicom.uid import (
    EncapsulatedPDFStorage,
    JPEGBaseline8Bit,
    SecondaryCaptureImageStorage,
    generate_uid,
)

from core.cli import main
from core.deidentify.profile import Deidentifier, identifying_words
from core.deidentify.study import WRITTEN, write_deidentified
from core.dicom import choose_head_ct, find_series, read_volume
from core.errors import StudyUnusableError, UsageError
from core.report.dicom_objects import SEG, SR
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

# Of the patient, her doctors and her visit; long enough not to be there by chance.
PLANTED = ("QUIXOTINA", "ZEBULONSKY", "MRN4711X", "ACC99Z71", "DRWATSONIUS", "Elsewhereville")
UIDS = {"StudyInstanceUID": "1.2.840.999.1", "FrameOfReferenceUID": "1.2.840.999.2"}
BIRTH_DATE, STUDY_DATE = "19580417", "20240301"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A head CT whose every file is full of identifiers, its own name among them."""
    hu, folder = head_hu(), tmp_path / "ZEBULONSKY_QUIXOTINA"
    header = {
        **UIDS,
        "PatientName": "ZEBULONSKY^QUIXOTINA",
        "PatientID": "MRN4711X",
        "OtherPatientIDs": ["MRN4711X", "OLD1"],
        "AccessionNumber": "ACC99Z71",
        "PatientBirthDate": BIRTH_DATE,
        "StudyDate": STUDY_DATE,
        "ReferringPhysicianName": "DRWATSONIUS^J",
        "InstitutionName": "Elsewhereville Hospital",
        "StudyDescription": "HEAD of QUIXOTINA",
        "SeriesDescription": "for DRWATSONIUS",
        "ImageComments": "QUIXOTINA fell",
        "PatientComments": "call Mrs ZEBULONSKY",
        "KVP": "120",
        "DeviceSerialNumber": "MRN4711X",
    }
    paths = write_ct_series(hu, axial_geometry(hu.shape), folder, header)
    for number, path in enumerate(paths):
        plant(path)
        path.rename(folder / f"QUIXOTINA_{number:03d}.dcm")
    return folder


def plant(path: Path) -> None:
    """Where no table of names would look."""
    dataset = dcmread(path)
    dataset.preamble = b"QUIXOTINA".ljust(128, b"\0")
    dataset.file_meta.SourceApplicationEntityTitle = "ZEBULONSKY"
    dataset.file_meta.ImplementationVersionName = "QUIXOTINA"
    block = dataset.private_block(0x0029, "ZEBULONSKY CO", create=True)
    block.add_new(0x01, "LO", "QUIXOTINA")
    block.add_new(0x02, "OB", b"MRN4711X")
    inner = Dataset()
    inner.PatientName = "ZEBULONSKY^QUIXOTINA"
    inner.CodeMeaning = "as DRWATSONIUS asked"  # a text that the table does not list
    inner.private_block(0x0031, "X", create=True).add_new(0x01, "LT", "QUIXOTINA")
    middle = Dataset()
    middle.PurposeOfReferenceCodeSequence = [inner]
    middle.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    middle.ReferencedSOPInstanceUID = "1.2.840.999.7"
    dataset.ReferencedImageSequence = [middle]
    dataset.RequestAttributesSequence = [inner]
    dataset.ConvolutionKernel = "H31s"
    dataset.ContrastBolusAgent = ""
    dataset.SoftwareVersions = "site Elsewhereville"  # not listed either
    dataset.ManufacturerModelName = "Scanner of ZEBULONSKY"
    dataset[0x60000010] = DataElement(0x60000010, "US", 8)
    dataset[0x60003000] = DataElement(0x60003000, "OW", b"QUIXOTINA.")
    dataset[0x60004000] = DataElement(0x60004000, "LT", "QUIXOTINA")
    dataset[0x00321032] = DataElement(0x00321032, "PN", "DRWATSONIUS")
    dataset[0x0012F001] = DataElement(0x0012F001, "UN", b"QUIXOTINA ")
    dataset[0xFFFCFFFC] = DataElement(0xFFFCFFFC, "OB", b"QUIXOTINA ")
    dataset.save_as(path)


def everything(folder: Path) -> bytes:
    """All bytes and all names of what was written."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = "\n".join(str(path.relative_to(folder)) for path in files)
    return names.encode() + b"".join(path.read_bytes() for path in files)


def written(folder: Path) -> list[Dataset]:
    return [dcmread(path) for path in sorted(folder.rglob("*.dcm"))]


def test_no_planted_identifier_is_in_any_byte_or_name(study: Path, tmp_path: Path) -> None:
    told = write_deidentified([study], tmp_path / "out")
    assert told == {WRITTEN: 24}
    found = everything(tmp_path / "out").lower()
    for word in (*PLANTED, *UIDS.values(), BIRTH_DATE, STUDY_DATE, "1.2.840.999"):
        assert word.lower().encode() not in found, word
    for dataset in written(tmp_path / "out"):
        assert dataset.PatientIdentityRemoved == "YES"
        assert [code.CodeValue for code in dataset.DeidentificationMethodCodeSequence] == [
            *("113100", "113104", "113107", "113108")
        ]
        assert not any(element.tag.is_private for element in dataset.iterall())


def test_the_pixels_and_where_they_lie_are_as_they_were(study: Path, tmp_path: Path) -> None:
    write_deidentified([study], tmp_path / "out")
    before, after = (
        read_volume(choose_head_ct(find_series(folder))) for folder in (study, tmp_path / "out")
    )
    assert np.array_equal(before.hu, after.hu)
    assert np.array_equal(before.geometry.positions_mm, after.geometry.positions_mm)
    assert after.series.patient.age_years == 65
    assert after.series.patient.sex == "female"


def test_images_seg_and_sr_keep_their_references(
    study: Path, tmp_path: Path, untrained_model: Path
) -> None:
    out, model = tmp_path / "out", str(untrained_model)
    assert main(["assess", str(study), "--model", model, "--out", str(tmp_path / "result")]) == 0
    told = write_deidentified([study, tmp_path / "result"], out)
    assert told[WRITTEN] == 24 + 2
    found = {dataset.SOPInstanceUID: dataset for dataset in written(out)}
    kinds = {dataset.Modality: dataset for dataset in found.values()}
    assert len({dataset.StudyInstanceUID for dataset in found.values()}) == 1
    assert len({dataset.PatientID for dataset in found.values()}) == 1
    assert kinds["SEG"].FrameOfReferenceUID == kinds["CT"].FrameOfReferenceUID
    for kind in ("SEG", "SR"):
        referenced = {
            str(element.value)
            for element in kinds[kind].iterall()
            if element.keyword == "ReferencedSOPInstanceUID"
        }
        assert referenced
        assert referenced <= set(found)
    said = b"".join(path.read_bytes() for path in out.rglob("*.dcm")).lower()
    assert all(word.lower().encode() not in said for word in PLANTED)


def test_dates_are_shifted_alike_and_intervals_stay(study: Path, tmp_path: Path) -> None:
    follow_up = tmp_path / "follow-up"
    shutil.copytree(study, follow_up)
    for path in follow_up.iterdir():
        dataset = dcmread(path)
        dataset.StudyDate, dataset.SOPInstanceUID = "20240308", generate_uid()
        dataset.save_as(path)
    write_deidentified([study, follow_up], tmp_path / "out")
    days = sorted(
        {
            np.datetime64(f"{d.StudyDate:.4}-{d.StudyDate[4:6]}-{d.StudyDate[6:]}")
            for d in written(tmp_path / "out")
        }
    )
    assert days[1] - days[0] == np.timedelta64(7, "D")
    assert days[0] < np.datetime64("2024-03-01")


def test_two_exports_share_no_uid(study: Path, tmp_path: Path) -> None:
    uids = []
    for name in ("one", "two"):
        write_deidentified([study], tmp_path / name)
        uids.append({dataset.SOPInstanceUID for dataset in written(tmp_path / name)})
    assert not uids[0] & uids[1]


def capture(path: Path, **changes: object) -> None:
    """An image with a name in its pixels, as screens are captured."""
    dataset = dcmread(next(path.parent.glob("QUIXOTINA_0*")))
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    dataset.SOPInstanceUID = generate_uid()
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"SOPClassUID": SecondaryCaptureImageStorage},
        {"BurnedInAnnotation": "YES"},
        {"ImageType": ["DERIVED", "SECONDARY", "OTHER"]},
    ],
)
def test_images_that_may_have_a_name_in_their_pixels_are_left_out(
    study: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    capture(study / "zz.dcm", **changes)
    told = write_deidentified([study], tmp_path / "out")
    assert told.pop(WRITTEN) == 24
    assert sum(told.values()) == 1


def test_pdf_and_its_metadata_are_left_out(study: Path, tmp_path: Path) -> None:
    pdf = b"%PDF-1.4 /Author (QUIXOTINA)"
    capture(study / "zz.dcm", SOPClassUID=EncapsulatedPDFStorage, EncapsulatedDocument=pdf)
    (study / "report.pdf").write_bytes(pdf)
    told = write_deidentified([study], tmp_path / "out")
    assert told["no DICOM file"] == 1
    assert b"%PDF" not in everything(tmp_path / "out")


def test_a_comment_in_a_compressed_image_does_not_come_along(study: Path, tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    content = io.BytesIO()
    Image.new("L", (64, 64)).save(content, "JPEG", comment=b"QUIXOTINA")
    path = next(study.iterdir())
    dataset = dcmread(path)
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.PixelData = encapsulate([content.getvalue()])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.save_as(path)
    assert b"QUIXOTINA" in path.read_bytes()
    assert write_deidentified([study], tmp_path / "out") == {WRITTEN: 24}
    assert b"QUIXOTINA" not in everything(tmp_path / "out")


def test_a_short_name_is_removed_as_a_word_only() -> None:
    header = Dataset()
    header.PatientName, header.PatientID = "LEE^ANN", "77"
    cleaned = Deidentifier(identifying_words([header])).words
    assert cleaned.within("seen by Lee")
    assert not cleaned.within("sleep, planned")


def test_an_export_replaces_nothing(study: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="is there already"):
        write_deidentified([study], tmp_path / "out")


def test_nothing_to_write_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "notes.txt").write_text("QUIXOTINA")
    with pytest.raises(StudyUnusableError):
        write_deidentified([tmp_path / "study"], tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["study"]


def test_the_verb_says_what_it_left_out(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study / "notes.txt").write_text("QUIXOTINA")
    assert main(["deidentify", str(study), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "24 files written" in said
    assert "Left out: 1 files: no DICOM file" in said
    assert "face" in said


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools are not installed")
def test_segmentation_and_report_are_still_as_the_standard_has_them(
    study: Path, tmp_path: Path, untrained_model: Path
) -> None:
    arguments = ["--model", str(untrained_model), "--out", str(tmp_path / "result")]
    main(["assess", str(study), *arguments])
    write_deidentified([tmp_path / "result"], tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.dcm"))
    assert len(files) == len((SEG, SR))
    for file in files:
        done = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
        said = (done.stdout + done.stderr).splitlines()
        assert [line for line in said if line.startswith("Error")] == []
