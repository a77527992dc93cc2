"""Hematoma and measurements as DICOM objects of the study: a segmentation and a structured report.

They carry the UIDs of study and images, so that a viewer lays them over the scan, and no name,
identifier, date or other word about the patient.
"""

import io
from datetime import datetime

import highdicom as hd
import numpy as np
from highdicom.sr import (
    AlgorithmIdentification,
    Comprehensive3DSR,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    Measurement,
    MeasurementReport,
    ObservationContext,
    ObserverContext,
    ReferencedSegment,
    SourceSeriesForSegmentation,
    TrackingIdentifier,
    VolumetricROIMeasurementsAndQualitativeEvaluations,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from core.domain import Assessment, Geometry, QualityFinding, Severity, SourceImages
from core.report.pdf import Report
from core.report.provenance import RESEARCH_USE, VERSION

SEG, SR = "hematoma_seg.dcm", "measurements_sr.dcm"

_MAKER = "HEscope"
_SCHEME = "99HESCOPE"
_HEMORRHAGE = Code("274100004", "SCT", "Cerebral hemorrhage")
_HEAD_CT = Code("30799-1", "LN", "CT Head WO contrast")
_MILLILITER = Code("mL", "UCUM", "milliliter")
_PERCENT = Code("%", "UCUM", "percent")
_NO_UNIT = Code("1", "UCUM", "no units")
_SEGMENT = 1
_DECIMALS = 3
_SEG_SERIES, _SR_SERIES = 9001, 9002  # beyond what scanners number


def dicom_objects(report: Report) -> dict[str, bytes]:
    """The two objects by their file names; none where there is nothing to refer to or outline.

    Same assessment, same UIDs: an archive recognizes an object that it holds already.
    """
    assessment = report.assessment
    images = assessment.volume.images
    if images is None or not has_dicom_objects(assessment):
        return {}
    sources = _sources(images, assessment.volume.geometry)
    segmentation = _segmentation(assessment, sources)
    structured = _structured_report(report, sources, segmentation)
    for made in (segmentation, structured):
        _date(made, report.made_at)
        if report.simulated:
            made.SeriesDescription = f"Simulated. {made.SeriesDescription}"
    return {SEG: _bytes(segmentation), SR: _bytes(structured)}


def has_dicom_objects(assessment: Assessment) -> bool:
    """Whether there are DICOM images to refer to, and a hematoma to outline."""
    return assessment.volume.images is not None and bool(assessment.segmentation.mask.any())


def dicom_findings(assessment: Assessment) -> tuple[QualityFinding, ...]:
    """That there are no DICOM objects, and why, if there are none."""
    if assessment.volume.images is not None or not assessment.segmentation.mask.any():
        return ()
    return (
        QualityFinding(
            "no-dicom-objects",
            Severity.INFO,
            "The images have no DICOM UIDs: no segmentation and no structured report in DICOM can "
            "refer to them.",
            "Assess the DICOM series, or use the NIfTI mask and assessment.json.",
        ),
    )


def _sources(images: SourceImages, geometry: Geometry) -> list[Dataset]:
    """The images as far as an object that refers to them must know them; nothing of the patient."""
    orientation = [*geometry.column_axis.tolist(), *geometry.row_axis.tolist()]
    sources = []
    for uid, position, thickness in zip(
        images.image_uids, geometry.positions_mm, geometry.thickness_mm, strict=True
    ):
        source = Dataset()
        for blank in (
            *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyID"),
            *("AccessionNumber", "StudyDate", "StudyTime", "ReferringPhysicianName"),
        ):
            setattr(source, blank, "")
        source.Modality = "CT"
        source.StudyInstanceUID = images.study_uid
        source.SeriesInstanceUID = images.series_uid
        source.FrameOfReferenceUID = images.frame_of_reference_uid
        source.SOPClassUID, source.SOPInstanceUID = images.sop_class_uid, uid
        source.Rows, source.Columns = geometry.rows, geometry.columns
        source.ImageOrientationPatient = [round(value, 6) for value in orientation]
        source.ImagePositionPatient = [round(value, 6) for value in position.tolist()]
        source.PixelSpacing = list(geometry.pixel_spacing_mm)
        source.SliceThickness = round(float(thickness), 6)
        sources.append(source)
    return sources


def _segmentation(assessment: Assessment, sources: list[Dataset]) -> Dataset:
    """DICOM SEG of one segment, a frame for each slice that holds hematoma (PS3.3 A.51)."""
    edited = assessment.segmentation.edited_by_reader
    kind = hd.seg.SegmentAlgorithmTypeValues
    described = hd.seg.SegmentDescription(
        _SEGMENT,
        "Hematoma",
        codes.SCT.MorphologicallyAbnormalStructure,
        _HEMORRHAGE,
        kind.SEMIAUTOMATIC if edited else kind.AUTOMATIC,
        hd.AlgorithmIdentificationSequence(
            _algorithm(assessment), codes.DCM.ArtificialIntelligence, VERSION
        ),
        tracking_uid=_uid(assessment, "hematoma"),
        tracking_id="Hematoma",
        anatomic_regions=[codes.SCT.Brain],
    )
    made = hd.seg.Segmentation(
        sources,
        assessment.segmentation.mask.astype(np.uint8),
        hd.seg.SegmentationTypeValues.BINARY,
        [described],
        series_instance_uid=_uid(assessment, "SEG series"),
        series_number=_SEG_SERIES,
        sop_instance_uid=_uid(assessment, SEG),
        instance_number=1,
        manufacturer=_MAKER,
        manufacturer_model_name=_algorithm(assessment),
        software_versions=VERSION,
        device_serial_number=assessment.model.sha256[:16],
        content_label="HEMATOMA",
        content_description=RESEARCH_USE,
    )
    made.SeriesDescription = f"HEscope hematoma{' edited by reader' if edited else ''}"
    return made


def _structured_report(report: Report, sources: list[Dataset], segmentation: Dataset) -> Dataset:
    """Comprehensive 3D SR with the measurements of TID 1500 (PS3.16)."""
    assessment = report.assessment
    context = ObservationContext(
        ObserverContext(
            codes.DCM.Device,
            DeviceObserverIdentifyingAttributes(
                _uid(assessment, "device"),
                name=_MAKER,
                manufacturer_name=_MAKER,
                model_name=_algorithm(assessment),
                serial_number=assessment.model.sha256[:16],
            ),
        )
    )
    hematoma = VolumetricROIMeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(_uid(assessment, "hematoma"), "Hematoma"),
        referenced_segment=ReferencedSegment(
            segmentation.SOPClassUID,
            segmentation.SOPInstanceUID,
            _SEGMENT,
            source_series=SourceSeriesForSegmentation(sources[0].SeriesInstanceUID),
        ),
        finding_type=_HEMORRHAGE,
        finding_sites=[FindingSite(codes.SCT.Brain)],
        algorithm_id=AlgorithmIdentification(_algorithm(assessment), VERSION),
        measurements=[
            Measurement(name, round(value, _DECIMALS), unit)
            for name, value, unit in _measurements(assessment)
        ],
    )
    made = Comprehensive3DSR(
        [segmentation, *sources],
        MeasurementReport(context, _HEAD_CT, [hematoma])[0],
        series_instance_uid=_uid(assessment, "SR series"),
        series_number=_SR_SERIES,
        sop_instance_uid=_uid(assessment, SR),
        instance_number=1,
        manufacturer=_MAKER,
    )
    made.SeriesDescription = RESEARCH_USE
    return made


def _measurements(assessment: Assessment) -> list[tuple[Code, float, Code]]:
    """Name, value and unit of each number that is given; risks in percent."""
    found = [
        (codes.SCT.Volume, assessment.volume_ml, _MILLILITER),
        (Code("ABC2", _SCHEME, "Volume by ABC/2"), assessment.abc2_ml, _MILLILITER),
    ]
    if assessment.ndl is not None:
        name = Code("NDL", _SCHEME, "Normalized deep-learning score, mean 20")
        found.append((name, assessment.ndl, _NO_UNIT))
    for estimate in assessment.risk.estimates:
        if estimate.p is not None:
            name = Code(
                f"P{estimate.kind.upper()}",
                _SCHEME,
                f"Probability of expansion, {estimate.kind.capitalize()}-to-HE",
            )
            found.append((name, 100 * estimate.p, _PERCENT))
    return found


def _algorithm(assessment: Assessment) -> str:
    return f"{assessment.model.name} {assessment.model.version}"


def _uid(assessment: Assessment, what: str) -> str:
    """UID of one thing of this assessment, the same whenever it is made of the same."""
    sources = (
        what,
        VERSION,
        assessment.model.sha256,
        assessment.input_sha256,
        assessment.segmentation.mask.tobytes().hex(),
        repr(assessment.clinical),
        repr(assessment.risk),
    )
    return str(generate_uid(entropy_srcs=list(sources)))


def _date(made: Dataset, at: datetime) -> None:
    """Dates of the object: when the report was made."""
    for kind in ("Content", "InstanceCreation", "Series"):
        setattr(made, f"{kind}Date", at.strftime("%Y%m%d"))
        setattr(made, f"{kind}Time", at.strftime("%H%M%S"))


def _bytes(made: Dataset) -> bytes:
    content = io.BytesIO()
    made.save_as(content, enforce_file_format=True)
    return content.getvalue()
