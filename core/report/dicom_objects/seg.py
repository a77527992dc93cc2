"""The hematoma as a DICOM segmentation object."""

import highdicom as hd
import numpy as np
from pydicom import Dataset
from pydicom.sr.codedict import codes

from core.dicom import in_order_of
from core.domain import Assessment, SourceImages
from core.report.dicom_objects.common import (
    HEMORRHAGE,
    SEGMENT,
    algorithm,
    refer_to,
    stand_ins,
    uid_of,
)
from core.report.provenance import MAKER, RESEARCH_USE, VERSION

SEG = "hematoma_seg.dcm"
_SERIES = 9001  # beyond what scanners number


def segmentation_object(assessment: Assessment, images: SourceImages) -> Dataset:
    """DICOM SEG of one segment, a frame for each slice that holds hematoma (PS3.3 A.51).

    The slices are the scanner's, also where the volume's are others of the same voxels.
    """
    segmentation = assessment.segmentation
    edited = segmentation.edited_by_reader
    kind = hd.seg.SegmentAlgorithmTypeValues
    described = hd.seg.SegmentDescription(
        SEGMENT,
        "Hematoma",
        codes.SCT.MorphologicallyAbnormalStructure,
        HEMORRHAGE,
        kind.SEMIAUTOMATIC if edited else kind.AUTOMATIC,
        hd.AlgorithmIdentificationSequence(
            algorithm(assessment), codes.DCM.ArtificialIntelligence, VERSION
        ),
        tracking_uid=uid_of(assessment, "hematoma"),
        tracking_id="Hematoma",
        anatomic_regions=[codes.SCT.Brain],
    )
    made = hd.seg.Segmentation(
        stand_ins(images),
        in_order_of(images.geometry, segmentation.mask, segmentation.geometry).astype(np.uint8),
        hd.seg.SegmentationTypeValues.BINARY,
        [described],
        series_instance_uid=uid_of(assessment, "SEG series"),
        series_number=_SERIES,
        sop_instance_uid=uid_of(assessment, SEG),
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name=algorithm(assessment),
        software_versions=VERSION,
        device_serial_number=assessment.model.sha256[:16],
        content_label="HEMATOMA",
        content_description=RESEARCH_USE,
    )
    refer_to(images, made)
    made.SeriesDescription = "HEscope hematoma"
    return made
