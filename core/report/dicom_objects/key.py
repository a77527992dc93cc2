"""Which pictures to look at first, as a key object selection."""

import highdicom as hd
from pydicom import Dataset
from pydicom.sr.codedict import codes

from core.domain import Assessment
from core.report.dicom_objects.common import algorithm, uid_of
from core.report.provenance import MAKER, RESEARCH_USE

KEY = "key_slices.dcm"
_SERIES = 9005  # beyond what scanners number


def key_object_selection(assessment: Assessment, pictures: list[Dataset]) -> Dataset:
    """Key Object Selection (PS3.3 A.35.4) of a few of the study's images."""
    device = hd.sr.ObserverContext(
        codes.DCM.Device,
        hd.sr.DeviceObserverIdentifyingAttributes(
            uid_of(assessment, "device"),
            name=MAKER,
            manufacturer_name=MAKER,
            model_name=algorithm(assessment),
        ),
    )
    made = hd.ko.KeyObjectSelectionDocument(
        pictures,
        hd.ko.KeyObjectSelection(
            codes.DCM.OfInterest,
            pictures,
            observer_device_context=device,
            description=f"Key slices. {RESEARCH_USE}",
        ),
        series_instance_uid=uid_of(assessment, "key series"),
        series_number=_SERIES,
        sop_instance_uid=uid_of(assessment, KEY),
        instance_number=1,
        manufacturer=MAKER,
    )
    made.SeriesDescription = f"HEscope key slices. {RESEARCH_USE}"
    return made
