"""The measurements of an assessment as a DICOM structured report."""

from typing import Any

import numpy as np
from highdicom.sr import (
    AlgorithmIdentification,
    Comprehensive3DSR,
    CoordinatesForMeasurement3D,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    GraphicTypeValues3D,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    QualitativeEvaluation,
    ReferencedSegment,
    SourceImageForSegmentation,
    SourceSeriesForSegmentation,
    TrackingIdentifier,
    VolumetricROIMeasurementsAndQualitativeEvaluations,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from core.dicom.findings import Finding
from core.domain import Assessment, EstimateKind, Severity, SourceImages
from core.report.dicom_objects.common import (
    HEMORRHAGE,
    SEGMENT,
    algorithm,
    distinct_images,
    evidence,
    uid_of,
)
from core.report.digits import model_name
from core.report.distances import place
from core.report.provenance import MAKER, RESEARCH_USE, VERSION
from core.risk.outcome import outcome_model

SR = "measurements_sr.dcm"
_SERIES = 9002  # beyond what scanners number
_SCHEME = "99HESCOPE"
_HEAD_CT = Code("30799-1", "LN", "CT Head WO contrast")
_MILLILITER = Code("mL", "UCUM", "milliliter")
_HOUNSFIELD = Code("[hnsf'U]", "UCUM", "Hounsfield unit")
_MILLIMETER = Code("mm", "UCUM", "millimeter")
_PERCENT = Code("%", "UCUM", "percent")
_NO_UNIT = Code("1", "UCUM", "no units")
_DECIMALS = 3
_CHILD = Finding.UNDER_AGE.code


def structured_report(
    assessment: Assessment, images: SourceImages, segmentation: Dataset
) -> Dataset:
    """Comprehensive 3D SR with the measurements of TID 1500 (PS3.16)."""
    context = ObservationContext(
        ObserverContext(
            codes.DCM.Device,
            DeviceObserverIdentifyingAttributes(
                uid_of(assessment, "device"),
                name=MAKER,
                manufacturer_name=MAKER,
                model_name=algorithm(assessment),
                serial_number=assessment.model.sha256[:16],
            ),
        )
    )
    hematoma = VolumetricROIMeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(uid_of(assessment, "hematoma"), "Hematoma"),
        referenced_segment=ReferencedSegment(
            segmentation.SOPClassUID,
            segmentation.SOPInstanceUID,
            SEGMENT,
            **_source(images),
        ),
        finding_type=HEMORRHAGE,
        finding_sites=[FindingSite(codes.SCT.Brain)],
        algorithm_id=AlgorithmIdentification(algorithm(assessment), VERSION),
        measurements=[
            Measurement(name, round(value, _DECIMALS), unit)
            for name, value, unit in _measurements(assessment)
        ],
        qualitative_evaluations=_evaluations(assessment),
    )
    made = Comprehensive3DSR(
        [segmentation, *evidence(images)],
        MeasurementReport(context, _HEAD_CT, [hematoma, *_distances(assessment, images)])[0],
        series_instance_uid=uid_of(assessment, "SR series"),
        series_number=_SERIES,
        sop_instance_uid=uid_of(assessment, SR),
        instance_number=1,
        manufacturer=MAKER,
    )
    made.SeriesDescription = f"HEscope results. {RESEARCH_USE}"
    return made


def _source(images: SourceImages) -> dict[str, Any]:
    """Where the segment was outlined: in one series, or in images of several."""
    series = {one.series_uid for one in images.slices}
    if len(series) == 1:
        return {"source_series": SourceSeriesForSegmentation(*series)}
    return {
        "source_images": [
            SourceImageForSegmentation(one.class_uid, one.image_uid)
            for one in distinct_images(images)
        ]
    }


def _distances(
    assessment: Assessment, images: SourceImages
) -> list[MeasurementsAndQualitativeEvaluations]:
    """What the reader measured, each with its two ends in the patient (TID 1501, 300 and 320)."""
    geometry, frame = assessment.volume.geometry, images.frame_of_reference_uid
    return [
        MeasurementsAndQualitativeEvaluations(
            TrackingIdentifier(
                uid_of(assessment, f"distance {number}"),
                f"Distance {number}, by reader. {place(distance, geometry)}",
            ),
            finding_sites=[FindingSite(codes.SCT.Brain)],
            measurements=[
                Measurement(
                    codes.SCT.Length,
                    round(distance.length_mm, _DECIMALS),
                    _MILLIMETER,
                    referenced_coordinates=[
                        CoordinatesForMeasurement3D(
                            GraphicTypeValues3D.POLYLINE,
                            np.array([distance.from_mm, distance.to_mm]),
                            frame,
                        )
                    ],
                )
            ],
        )
        for number, distance in enumerate(assessment.distances, 1)
    ]


def _evaluations(assessment: Assessment) -> list[QualitativeEvaluation] | None:
    """What no reader of the numbers may miss: every warning by its code, that it is a child, and
    that a reader edited the outline.
    """
    warned = dict.fromkeys(f.code for f in assessment.findings if f.severity is Severity.WARNING)
    name = Code("WARNING", _SCHEME, "Warning about the study or its assessment")
    found = [
        QualitativeEvaluation(name, Code(code, _SCHEME, code.replace("-", " ").capitalize()))
        for code in warned
    ]
    if _CHILD in warned:
        group = Code("AGEGROUP", _SCHEME, "Age group of the patient")
        child = Code("CHILD", _SCHEME, "Child: models not made for it")
        found.append(QualitativeEvaluation(group, child))
    if assessment.segmentation.edited_by_reader:
        outline = Code("OUTLINE", _SCHEME, "Outline of the hematoma")
        found.append(QualitativeEvaluation(outline, Code("EDITED", _SCHEME, "Edited by reader")))
    return found or None


def _measurements(assessment: Assessment) -> list[tuple[Code, float, Code]]:
    """Name, value and unit of each number that is given; risks in percent."""
    found = [
        (codes.SCT.Volume, assessment.volume_ml, _MILLILITER),
        (Code("ABC2", _SCHEME, "Volume by ABC/2"), assessment.abc2_ml, _MILLILITER),
    ]
    if assessment.ndl is not None:
        name = Code("NDL", _SCHEME, "Normalized deep-learning score, mean 20")
        found.append((name, assessment.ndl, _NO_UNIT))
    if assessment.l5_hu is not None:
        name = Code("L5", _SCHEME, "10th percentile of Laplacian of Gaussian, sigma 5 mm")
        found.append((name, assessment.l5_hu, _HOUNSFIELD))
    for estimate in assessment.risk.all_estimates:
        if estimate.p is not None:
            meaning = f"Probability of expansion, {_model(estimate.kind, assessment)}"
            name = Code(f"P{estimate.kind.upper()}", _SCHEME, meaning)
            found.append((name, 100 * estimate.p, _PERCENT))
    return found


def _model(kind: EstimateKind, assessment: Assessment) -> str:
    if kind != "outcome":
        return model_name(kind)
    return f"equation {outcome_model(assessment.clinical, assessment.image).equation.name}"
